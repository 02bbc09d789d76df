// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Music of a trained VRAE as a MIDI file, with the standard library alone.
//
//   vrae_export --model=chorales --format=weights --output=chorales.safetensors
//   g++ -std=c++17 -O2 -o vrae vrae.cpp
//   ./vrae chorales.safetensors chorale.mid --seed=7

#include <cstdint>
#include <cstdlib>
#include <deque>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "decoder.h"
#include "drawing.h"
#include "midi.h"
#include "weights.h"

namespace vrae {
namespace {

constexpr char kUsage[] =
    "vrae WEIGHTS.safetensors MUSIC.mid [--seed=0] [--frames=N]\n"
    "     [--temperature=X] [--z=FILE] [--uniforms=FILE]\n"
    "\n"
    "Draws z from the model's prior and writes what it decodes to.\n"
    "  --seed         Of all random numbers, 0 to 4294967295.\n"
    "  --frames       Length of the music; by default a window of each z.\n"
    "  --temperature  0 for the likelier value of each note; by default the\n"
    "                 model's own.\n"
    "  --z            A text file of z instead: numbers with spaces or lines\n"
    "                 between. Several z follow each other.\n"
    "  --uniforms     A file of float64 numbers from 0 to below 1, taken in\n"
    "                 place of the seed's.\n";

constexpr size_t kMostCells = 1 << 26;
constexpr int kMostRedraws = 20;

struct Options {
  std::string weights, output, z, uniforms;
  uint32_t seed = 0;
  size_t frames = 0;
  double temperature = -1.0;  // The model's.
};

double number(const std::string& name, const std::string& text, double most) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || !(value >= 0.0 && value <= most)) {
    throw Error("--" + name + "=" + text + " is no number from 0 to " +
                std::to_string(uint64_t(most)));
  }
  return value;
}

Options options_of(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::string> paths;
  for (const std::string& argument : arguments) {
    if (argument.compare(0, 2, "--")) {
      paths.push_back(argument);
      continue;
    }
    const size_t equals = argument.find('=');
    if (equals == std::string::npos) {
      throw Error("give --NAME=VALUE, not " + argument +
                  "; --help alone helps");
    }
    const std::string name = argument.substr(2, equals - 2);
    const std::string value = argument.substr(equals + 1);
    if (name == "seed") {
      options.seed = uint32_t(number(name, value, 4294967295.0));
    } else if (name == "frames") {
      options.frames = size_t(number(name, value, double(kMostCells)));
    } else if (name == "temperature") {
      options.temperature = number(name, value, 1000.0);
    } else if (name == "z") {
      options.z = value;
    } else if (name == "uniforms") {
      options.uniforms = value;
    } else {
      throw Error("unknown option --" + name + "; --help alone helps");
    }
  }
  if (paths.size() != 2) {
    throw Error("give two paths, of the weights and of the music; --help alone "
                "helps");
  }
  options.weights = paths[0];
  options.output = paths[1];
  return options;
}

std::vector<Vector> read_z(const std::string& path, size_t z_size) {
  std::ifstream file(path);
  if (!file) throw Error("cannot read " + path);
  std::vector<Vector> zs;
  Vector z;
  for (std::string word; file >> word;) {
    char* end = nullptr;
    z.push_back(std::strtof(word.c_str(), &end));
    if (*end || !std::isfinite(z.back())) {
      throw Error(path + " holds '" + word.substr(0, 40) +
                  "', which is no number");
    }
    if (z.size() == z_size) zs.push_back(std::move(z)), z.clear();
  }
  if (zs.empty() || !z.empty()) {
    throw Error(path + " must hold " + std::to_string(z_size) +
                " numbers for each z");
  }
  return zs;
}

class Player {
 public:
  Player(const Weights& weights, const Options& options)
      : model_(weights),
        free_run_(model_, weights),
        prior_(model_, weights),
        noise_(options.uniforms.empty() ? Noise(options.seed)
                                        : Noise(options.uniforms)),
        walk_noise_(~options.seed),
        emission_(model_,
                  options.temperature < 0 ? model_.temperature
                                          : options.temperature,
                  noise_),
        options_(options) {
    if (model_.autoregressive) told_.emplace_back(model_, weights);
  }

  const Model& model() const { return model_; }

  Roll play() {
    if (!options_.z.empty()) return of(read_z(options_.z, model_.z_size));
    Roll roll = of({prior_.draw(noise_)});
    const auto is_silent = [&] {
      return std::find(roll.cells.begin(), roll.cells.end(), 1) ==
             roll.cells.end();
    };
    for (int i = 0; is_silent() && i < kMostRedraws; ++i) {
      roll = of({prior_.draw(noise_)});
    }
    return roll;
  }

 private:
  // The music of z that follow each other.
  Roll of(const std::vector<Vector>& zs) {
    const size_t half = std::max<size_t>(1, model_.window / 2);
    const bool is_one = zs.size() == 1;
    size_t T = options_.frames;
    if (!T) {
      T = model_.window;
      if (!is_one) T = zs.size() * (told_.empty() ? model_.window : half);
    }
    if (T > kMostCells / model_.depth) {
      throw Error(std::to_string(T) + " frames are too many; at most " +
                  std::to_string(kMostCells / model_.depth));
    }
    Roll roll{model_.depth, {}};
    if (told_.empty()) {
      paper(zs, is_one ? T : model_.window, T, roll);
    } else if (is_one && T <= model_.window) {
      const Vector free = free_logits(zs[0], T);
      told_[0].begin(zs[0]);
      for (size_t t = 0; t < T; ++t) {
        add(roll, told_[0].play(zs[0], &free[t * model_.depth], emission_));
      }
    } else {
      endless(zs, half, T, roll);
    }
    roll.cells.resize(T * model_.depth);  // Silence, should z have ended.
    return roll;
  }

  // The paper's decoder: z after z, each for so many frames.
  void paper(const std::vector<Vector>& zs, size_t each, size_t T, Roll& roll) {
    for (const Vector& z : zs) {
      if (roll.num_frames() >= T) break;
      if (model_.hears_output) {
        const Vector logits = free_logits(z, each);
        for (float logit : logits) roll.cells.push_back(emission_(logit) > 0);
        continue;
      }
      // It hears the notes that are made of what it says.
      Vector fed;
      free_run_.logits(z, each, [&](float logit) {
        fed.push_back(emission_(logit));
        return fed.back();
      });
      fed.resize(each * model_.depth);
      add(roll, fed);
    }
  }

  // Windows that each start half-way through the one before, faded into each
  // other: inference/endless.py. Behind the last z, the prior says what comes.
  void endless(const std::vector<Vector>& zs, size_t half, size_t T,
               Roll& roll) {
    const size_t D = model_.depth;
    Vector z_before = zs[0], free_before, z = zs[0];
    std::deque<size_t> lately;  // Where z went on from.
    told_[0].begin(z);
    for (size_t i = 0; roll.num_frames() < T; ++i) {
      z = i < zs.size() ? zs[i] : prior_.next(z, walk_noise_, lately);
      const Vector free = free_logits(z, 2 * half);
      for (size_t t = 0; t < half && roll.num_frames() < T; ++t) {
        const float share = i ? (float(t) + 0.5f) / float(half) : 1.0f;
        Vector z_now = z, f(&free[t * D], &free[t * D] + D);
        for (size_t k = 0; i && k < z.size(); ++k) {
          z_now[k] = (1.0f - share) * z_before[k] + share * z[k];
        }
        for (size_t d = 0; i && d < D; ++d) {
          const float before = free_before[(half + t) * D + d];
          f[d] = (1.0f - share) * before + share * f[d];
        }
        add(roll, told_[0].play(z_now, f.data(), emission_));
      }
      z_before = z;
      free_before = free;
    }
  }

  Vector free_logits(const Vector& z, size_t num_frames) const {
    return free_run_.logits(z, num_frames, sigm);
  }

  static void add(Roll& roll, const Vector& frames) {
    for (float x : frames) roll.cells.push_back(x > 0.5f);
  }

  Model model_;
  FreeRun free_run_;
  Prior prior_;
  Noise noise_, walk_noise_;
  Emission emission_;
  std::vector<Autoregressive> told_;  // One or none.
  const Options& options_;
};

void run(const std::vector<std::string>& arguments) {
  const Options options = options_of(arguments);
  const Weights weights(options.weights);
  Player player(weights, options);
  const Converter converter(weights.facts(), player.model().depth);
  const Roll roll = player.play();
  const std::string bytes = midi_of(roll, converter);
  std::ofstream file(options.output, std::ios::binary);
  file << bytes << std::flush;
  if (!file) throw Error("cannot write " + options.output);
  std::cout << options.output << ": " << weights.facts()["config"].text()
            << ", " << roll.num_frames() << " frames, "
            << double(roll.num_frames()) / converter.frames_per_second
            << " s\n";
}

}  // namespace
}  // namespace vrae

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments == std::vector<std::string>{"--help"}) {
    std::cout << vrae::kUsage;
    return 0;
  }
  try {
    vrae::run(arguments);
  } catch (const std::exception& e) {
    std::cerr << "vrae: " << e.what() << "\n";
    return 1;
  }
  return 0;
}
