// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// What is drawn: random numbers, z of the prior, where z goes, and notes.

#ifndef VRAE_DRAWING_H_
#define VRAE_DRAWING_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "decoder.h"
#include "weights.h"

namespace vrae {

// Uniform numbers from 0 to below 1: by a seed those of NumPy's
// RandomState(seed).random_sample(), or those of a file of float64.
class Noise {
 public:
  explicit Noise(uint32_t seed) : twister_(seed) {}

  explicit Noise(const std::string& path) : of_file_(true) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error("cannot read " + path);
    double u;
    while (file.read(reinterpret_cast<char*>(&u), sizeof u)) {
      if (!(u >= 0.0 && u < 1.0)) {
        throw Error(path + " holds a number that is not from 0 to below 1");
      }
      given_.push_back(u);
    }
  }

  double uniform() {
    if (of_file_) {
      if (next_ == given_.size()) {
        throw Error("the file of random numbers holds " +
                    std::to_string(next_) + ", and more are needed");
      }
      return given_[next_++];
    }
    const uint32_t a = uint32_t(twister_()) >> 5, b = uint32_t(twister_()) >> 6;
    return (a * 67108864.0 + b) / 9007199254740992.0;
  }

  // As NumPy's RandomState.normal: the polar method, which makes two.
  double normal() {
    if (has_other_) {
      has_other_ = false;
      return other_;
    }
    double x, y, r;
    do {
      x = 2.0 * uniform() - 1.0;
      y = 2.0 * uniform() - 1.0;
      r = x * x + y * y;
    } while (r >= 1.0 || r == 0.0);
    const double f = std::sqrt(-2.0 * std::log(r) / r);
    other_ = f * x;
    has_other_ = true;
    return f * y;
  }

 private:
  std::mt19937 twister_;
  bool of_file_ = false, has_other_ = false;
  std::vector<double> given_;
  size_t next_ = 0;
  double other_ = 0;
};

// How logits become notes: inference/emission.py.
class Emission {
 public:
  Emission(const Model& model, double temperature, Noise& noise)
      : draws_(model.draws),
        threshold_(model.threshold),
        temperature_(std::max(temperature, 1e-6)),
        noise_(noise) {}

  float operator()(float logit) {
    const double drawn = draws_ ? noise_.uniform() : threshold_;
    const double least = temperature_ * (std::log(drawn) - std::log1p(-drawn));
    // A draw lies below 1: a note that is certain is above all of them.
    return (draws_ ? logit > least : logit >= least) ? 1.0f : 0.0f;
  }

 private:
  bool draws_;
  double threshold_, temperature_;
  Noise& noise_;
};

// The mixture of Gaussians that was fitted to the run's music, and its codes:
// inference/prior.py and walk.py. Without one, N(0, I).
class Prior {
 public:
  Prior(const Model& model, const Weights& weights) : Z_(model.z_size) {
    if (!weights.has("prior/weights")) return;
    weights_ = weights.get("prior/weights", {0});
    means_ = weights.get("prior/means", {weights_.rows, Z_});
    factors_ = weights.get("prior/factors", {weights_.rows, Z_, Z_});
    codes_ = weights.get("prior/codes", {0, Z_});
    follows_ = weights.get("prior/follows", {codes_.rows});
    for (size_t i = 0; i < weights_.rows; ++i) total_ += weights_.values[i];
    if (std::any_of(weights_.values, weights_.values + weights_.rows,
                    [](float w) { return w < 0; }) || !(total_ > 0.0)) {
      throw Error("prior/weights are no shares");
    }
    for (size_t i = 1; i < codes_.rows; ++i) {
      if (follows_.values[i] != 0.0f) after_.push_back(i);
    }
  }

  Vector draw(Noise& noise) const {
    const double u = total_ > 0.0 ? noise.uniform() * total_ : 0.0;
    size_t k = 0;
    if (total_ > 0.0) {
      double below = weights_.values[0];
      while (below <= u && k + 1 < weights_.rows) below += weights_.values[++k];
    }
    std::vector<double> eps(Z_);
    for (double& e : eps) e = noise.normal();
    Vector z(eps.begin(), eps.end());
    for (size_t i = 0; i < Z_ && total_ > 0.0; ++i) {
      const float* row = factors_.values + (k * Z_ + i) * Z_;
      double sum = means_.values[k * Z_ + i];
      for (size_t j = 0; j < Z_; ++j) sum += row[j] * eps[j];
      z[i] = float(sum);
    }
    return z;
  }

  // The z of the next half window: one of the nearest codes, in standard
  // deviations of q(z|x), and what came after it. Codes from which it went on
  // lately are passed over. Where the file has no codes that follow, z stays.
  Vector next(const Vector& z, Noise& noise, std::deque<size_t>& lately) const {
    if (after_.empty()) return z;
    const Vector scale = deviations();
    std::vector<std::pair<double, size_t>> near;
    for (size_t i : after_) {
      if (std::count(lately.begin(), lately.end(), i)) continue;
      const float* from = codes_.values + (i - 1) * Z_;
      double distance = 0.0;
      for (size_t k = 0; k < Z_; ++k) {
        distance += std::pow((from[k] - z[k]) / scale[k], 2);
      }
      near.emplace_back(distance, i);
    }
    const size_t num = std::min<size_t>(4, near.size());
    std::partial_sort(near.begin(), near.begin() + long(num), near.end());
    const size_t i = near[size_t(noise.uniform() * double(num))].second;
    lately.push_back(i);
    if (lately.size() > memory()) lately.pop_front();
    const float* from = codes_.values + (i - 1) * Z_;
    Vector other(Z_);
    for (size_t k = 0; k < Z_; ++k) {
      other[k] = from[Z_ + k] + 0.5f * (z[k] - from[k]);
    }
    return other;
  }

 private:
  // For how many moves a code is passed over: three tenths of a song at most.
  size_t memory() const {
    const double songs = double(codes_.rows - after_.size());
    const double of_a_song = double(after_.size()) / std::max(1.0, songs);
    return std::min<size_t>(64, size_t(0.3 * of_a_song));
  }

  // How far z lies from its window's code: the standard deviations of q(z|x),
  // the mixture's variance without that of the codes.
  Vector deviations() const {
    Vector scale(Z_);
    for (size_t k = 0; k < Z_; ++k) {
      Moments z, codes;
      for (size_t c = 0; c < weights_.rows; ++c) {
        const float* row = factors_.values + (c * Z_ + k) * Z_;
        double within = 0.0;
        for (size_t j = 0; j < Z_; ++j) within += double(row[j]) * row[j];
        z.add(weights_.values[c] / total_, means_.values[c * Z_ + k], within);
      }
      for (size_t i = 0; i < codes_.rows; ++i) {
        codes.add(1.0 / double(codes_.rows), codes_.values[i * Z_ + k], 0.0);
      }
      const double variance = z.variance();
      const double of_q =
          std::max(variance - codes.variance(), 0.01 * variance);
      scale[k] = float(std::max(std::sqrt(of_q), 1e-6));
    }
    return scale;
  }

  // Of a mixture of one-dimensional distributions.
  struct Moments {
    double mean = 0.0, square = 0.0;
    void add(double share, double at, double within) {
      mean += share * at;
      square += share * (within + at * at);
    }
    double variance() const { return square - mean * mean; }
  };

  size_t Z_;
  Tensor weights_{}, means_{}, factors_{}, codes_{}, follows_{};
  double total_ = 0.0;
  std::vector<size_t> after_;  // Codes that follow the one before them.
};

}  // namespace vrae

#endif  // VRAE_DRAWING_H_
