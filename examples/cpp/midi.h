// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// A roll to a Standard MIDI File of type 1: its notes as data/pitch_rolls.py
// and band.py make them, its bytes as midi_file.py writes them.

#ifndef VRAE_MIDI_H_
#define VRAE_MIDI_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "weights.h"

namespace vrae {

// Frames of zeros and ones, one behind the other.
struct Roll {
  size_t depth;
  std::vector<uint8_t> cells;
  size_t num_frames() const { return cells.size() / depth; }
  bool at(size_t frame, size_t column) const {
    return cells[frame * depth + column];
  }
};

// A group of instruments, and the first of its columns of each kind.
struct Group {
  std::string name;
  uint8_t program;
  bool is_drums, has_onsets, has_loudness;
  std::vector<uint8_t> pitches;
  size_t sounding, onsets, loudness;
};

// What the metadata says of time, loudness and groups.
struct Converter {
  Converter(const Json& facts, size_t depth) {
    frames_per_second = positive(facts["frames_per_second"], 1e3);
    qpm = positive(facts["qpm"], 1e5);
    by_the_beat = facts["frames_per_beat"].whole(0, 480) > 0;
    if (facts.has("metre")) {
      const auto& metre = facts["metre"].items();
      if (metre.size() != 2) throw Error("metre is not two numbers");
      beats = metre[0].whole(1, 255);
      while ((1u << log2_unit) < metre[1].whole(1, 16)) ++log2_unit;
    }
    velocity = uint8_t(facts["velocity"].whole(1, 127));
    levels = facts["velocity_levels"].whole(0, 64);
    for (const Json& of : facts["groups"].items()) {
      Group group{of["name"].text(),
                  uint8_t(of["program"].whole(0, 127)),
                  of["is_drums"].truth(),
                  !of["first_onset_column"].is_null(),
                  !of["first_loudness_column"].is_null() && levels > 1,
                  {},
                  0,
                  0,
                  0};
      for (const Json& pitch : of["pitches"].items()) {
        group.pitches.push_back(uint8_t(pitch.whole(0, 127)));
      }
      const size_t P = group.pitches.size();
      if (P > depth) throw Error("more pitches than columns");
      group.sounding = of["first_column"].whole(0, depth - P);
      if (group.has_onsets) {
        group.onsets = of["first_onset_column"].whole(0, depth - P);
      }
      if (group.has_loudness) {
        const size_t last = depth - std::min(depth, levels - 1);
        group.loudness = of["first_loudness_column"].whole(0, last);
      }
      groups.push_back(std::move(group));
    }
  }

  // The tick of a frame, rounded once.
  uint32_t tick(size_t frame) const {
    const double quarter = double(frame) / frames_per_second * qpm / 60.0;
    const double tick = std::nearbyint(quarter * ticks_per_quarter());
    if (tick > 0xFFFFFF) throw Error("music too long for a MIDI file");
    return uint32_t(tick);
  }

  uint16_t ticks_per_quarter() const { return by_the_beat ? 480 : 220; }

  uint32_t ticks_per_bar() const {
    return uint32_t(beats * 4u * ticks_per_quarter()) >> log2_unit;
  }

  double frames_per_second, qpm;
  bool by_the_beat;
  // The metre: so many beats, each a half of a whole note so many times over.
  size_t beats = 4;
  char log2_unit = 2;
  uint8_t velocity;
  size_t levels;
  std::vector<Group> groups;

 private:
  static double positive(const Json& json, double most) {
    const double n = json.number();
    if (!(n >= 1e-3 && n <= most)) {
      throw Error("the metadata has a rate or tempo of " + std::to_string(n));
    }
    return n;
  }
};

struct Note {
  uint32_t start, end;  // Ticks.
  uint8_t pitch, velocity;
  bool operator<(const Note& o) const {
    return std::tie(start, end, pitch, velocity) <
           std::tie(o.start, o.end, o.pitch, o.velocity);
  }
};

// The notes of a group. A note goes on until its pitch falls silent or is
// struck again; one of drums lasts a frame.
inline std::vector<Note> notes_of(const Roll& roll, const Group& group,
                                  const Converter& converter) {
  const size_t T = roll.num_frames(), P = group.pitches.size();
  std::vector<Note> notes;
  for (size_t p = 0; p < P; ++p) {
    const auto strikes = [&](size_t t) {
      return group.has_onsets && roll.at(t, group.onsets + p);
    };
    const auto sounds = [&](size_t t) {
      return t < T && (roll.at(t, group.sounding + p) || strikes(t));
    };
    for (size_t t = 0; t < T;) {
      if (!sounds(t)) {
        ++t;
        continue;
      }
      size_t end = t + 1;
      while (!group.is_drums && sounds(end) && !strikes(end)) ++end;
      uint8_t velocity = converter.velocity;
      if (group.has_loudness) {
        size_t level = 0;
        while (level + 1 < converter.levels &&
               roll.at(t, group.loudness + level)) {
          ++level;
        }
        const double middle = double(level) + 0.5;
        velocity = uint8_t(middle * 128 / double(converter.levels));
      }
      const uint32_t start = converter.tick(t);
      notes.push_back({start, std::max(converter.tick(end), start + 1),
                       group.pitches[p], velocity});
      t = end;
    }
  }
  std::sort(notes.begin(), notes.end());
  return notes;
}

// A track's bytes, event by event.
class Track {
 public:
  void meta(uint8_t type, const std::string& data) {
    length(0);
    bytes_ += {char(0xFF), char(type)};
    length(uint32_t(data.size()));
    bytes_ += data;
    status_ = 0;
  }

  void message(uint32_t tick, uint8_t status, uint8_t one, int two = -1) {
    length(tick - now_);
    now_ = tick;
    if (status != status_) bytes_ += char(status);  // Else as the one before.
    status_ = status;
    bytes_ += char(one);
    if (two >= 0) bytes_ += char(two);
  }

  std::string chunk(uint32_t end) {
    length(end - now_);
    bytes_ += std::string("\xFF\x2F\0", 3);
    return "MTrk" + number(uint32_t(bytes_.size()), 4) + bytes_;
  }

  // Big-endian.
  static std::string number(uint32_t n, int num_bytes) {
    std::string bytes;
    while (num_bytes--) bytes += char(n >> (8 * num_bytes));
    return bytes;
  }

 private:
  // Seven bits to a byte, the highest first.
  void length(uint32_t n) {
    for (int shift = 21; shift > 0; shift -= 7) {
      if (n >> shift) bytes_ += char(0x80 | (n >> shift & 0x7F));
    }
    bytes_ += char(n & 0x7F);
  }

  std::string bytes_;
  uint32_t now_ = 0;
  uint8_t status_ = 0;
};

// The notes of a group as a track.
inline std::string track_of(const Group& group, uint8_t channel,
                            const std::vector<Note>& notes, uint32_t end) {
  struct Event {
    uint32_t tick;
    bool on;
    const Note* note;
  };
  std::vector<Event> events;
  for (const Note& note : notes) {
    events.push_back({note.start, true, &note});
    events.push_back({note.end, false, &note});
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) {
                     return std::tie(a.tick, a.on) < std::tie(b.tick, b.on);
                   });
  Track track;
  track.meta(0x03, group.name);
  track.message(0, 0xC0 | channel, group.program);
  for (const Event& event : events) {
    track.message(event.tick, (event.on ? 0x90 : 0x80) | channel,
                  event.note->pitch, event.on ? event.note->velocity : 0);
  }
  return track.chunk(end);
}

// The bytes of a MIDI file: tempo and metre, then a track for each group that
// has notes. Drums are on channel 10. All ends on a bar line.
inline std::string midi_of(const Roll& roll, const Converter& converter) {
  constexpr uint8_t kDrumChannel = 9;
  std::vector<std::pair<size_t, std::vector<Note>>> found;
  uint32_t last = converter.tick(roll.num_frames());
  for (size_t i = 0; i < converter.groups.size(); ++i) {
    auto notes = notes_of(roll, converter.groups[i], converter);
    for (const Note& note : notes) last = std::max(last, note.end);
    if (!notes.empty()) found.emplace_back(i, std::move(notes));
  }
  // The tenth track is that of drums, as far as there are ten.
  const auto place = [&](size_t i) {
    if (converter.groups[i].is_drums) return size_t(kDrumChannel);
    return i < kDrumChannel ? i : i + 1;
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const auto& a, const auto& b) {
                     return place(a.first) < place(b.first);
                   });
  const uint32_t bar = converter.ticks_per_bar();
  const uint32_t end = (last + bar - 1) / bar * bar;
  const double tempo =
      std::min(std::nearbyint(6e7 / converter.qpm), 16777215.0);
  Track first;
  first.meta(0x58, {char(converter.beats), converter.log2_unit, 24, 8});
  first.meta(0x51, Track::number(uint32_t(tempo), 3));
  std::string bytes = "MThd" + Track::number(6, 4) + Track::number(1, 2) +
                      Track::number(uint32_t(found.size() + 1), 2) +
                      Track::number(converter.ticks_per_quarter(), 2) +
                      first.chunk(end);
  uint8_t num_pitched = 0;
  for (const auto& [i, notes] : found) {
    const Group& group = converter.groups[i];
    uint8_t channel = kDrumChannel;
    if (!group.is_drums) {
      channel = uint8_t(num_pitched++ % 15);
      if (channel >= kDrumChannel) ++channel;
    }
    bytes += track_of(group, channel, notes, end);
  }
  return bytes;
}

}  // namespace vrae

#endif  // VRAE_MIDI_H_
