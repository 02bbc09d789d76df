// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// The decoder's equations, as magenta_vrae/inference/numpy_vrae.py and
// numpy_autoregressive.py have them. Vectors are rows: h W for W h.

#ifndef VRAE_DECODER_H_
#define VRAE_DECODER_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "weights.h"

namespace vrae {

using Vector = std::vector<float>;

inline float sigm(float x) { return 0.5f * std::tanh(0.5f * x) + 0.5f; }

// out += times * row of M.
inline void add_row(Vector& out, const Tensor& M, size_t row, float times) {
  const float* w = M.values + row * M.columns;
  for (size_t j = 0; j < M.columns; ++j) out[j] += times * w[j];
}

// out += v M.
inline void add_product(Vector& out, const Vector& v, const Tensor& M) {
  for (size_t i = 0; i < M.rows; ++i) {
    if (v[i] != 0.0f) add_row(out, M, i, v[i]);
  }
}

inline Vector vector_of(const Tensor& b) {
  return Vector(b.values, b.values + b.size());
}

// What the metadata says of the model.
struct Model {
  explicit Model(const Weights& weights) {
    const Json& facts = weights.facts();
    cell = facts["cell"].text();
    if (cell != "tanh" && cell != "gru" && cell != "lstm") {
      throw Error("the cell " + cell + " is none of tanh, gru and lstm");
    }
    depth = facts["depth"].whole(1, kMost);
    z_size = facts["z_size"].whole(1, kMost);
    window = facts["window_frames"].whole(1, kMost);
    frames_per_step = facts["frames_per_step"].whole(1, kMost);
    hears_output = facts["feedback"].text() == "output";
    z_every_step = facts["z_every_step"].truth();
    autoregressive = facts["hears_what_it_plays"].truth();
    draws = facts["sampling"]["kind"].text() == "bernoulli";
    threshold = facts["sampling"]["threshold"].number();
    temperature = facts["sampling"]["temperature"].number();
  }

  size_t gates() const { return cell == "lstm" ? 4 : cell == "gru" ? 3 : 1; }
  size_t states() const { return cell == "lstm" ? 2 : 1; }

  static constexpr size_t kMost = 1 << 16;
  std::string cell;
  size_t depth, z_size, window, frames_per_step;
  bool hears_output, z_every_step, autoregressive, draws;
  double threshold, temperature;
};

// A recurrence that starts from z: h_0 = tanh(W_z z + b_z).
class Recurrence {
 public:
  Recurrence(const Model& model, const Weights& weights, const std::string& of)
      : cell_(model.cell), W_(weights.get(of + "W_dec", {0, 0})), H_(W_.rows) {
    W_ = weights.get(of + "W_dec", {H_, model.gates() * H_});
    b_ = weights.get(of + "b_dec", {model.gates() * H_});
    W_z_ = weights.get(of + "W_z", {model.z_size, model.states() * H_});
    b_z_ = weights.get(of + "b_z", {model.states() * H_});
  }

  size_t num_units() const { return H_; }
  Vector bias() const { return vector_of(b_); }

  // The state h, and c behind it for the LSTM.
  Vector start(const Vector& z) const {
    Vector state = vector_of(b_z_);
    add_product(state, z, W_z_);
    for (float& s : state) s = std::tanh(s);
    return state;
  }

  // The next state, where a is the pre-activation without W h.
  void step(Vector& state, const Vector& a) const {
    const size_t H = H_;
    Vector wh(a.size());
    add_product(wh, state, W_);
    for (size_t i = 0; i < H; ++i) {
      if (cell_ == "tanh") {
        state[i] = std::tanh(wh[i] + a[i]);
      } else if (cell_ == "gru") {
        const float u = sigm(wh[i] + a[i]), r = sigm(wh[H + i] + a[H + i]);
        const float n = std::tanh(a[2 * H + i] + r * wh[2 * H + i]);
        state[i] = n + u * (state[i] - n);
      } else {
        const float in = sigm(wh[i] + a[i]);
        const float forget = sigm(wh[H + i] + a[H + i]);
        const float g = std::tanh(wh[2 * H + i] + a[2 * H + i]);
        const float out = sigm(wh[3 * H + i] + a[3 * H + i]);
        state[H + i] = forget * state[H + i] + in * g;
        state[i] = out * std::tanh(state[H + i]);
      }
    }
  }

 private:
  std::string cell_;
  Tensor W_, b_, W_z_, b_z_;
  size_t H_;
};

// The paper's decoder, which hears what it says: the free run.
class FreeRun {
 public:
  FreeRun(const Model& model, const Weights& weights)
      : model_(model), recurrence_(model, weights, "decoder/") {
    const size_t H = recurrence_.num_units();
    const size_t KD = model.frames_per_step * model.depth;
    W_x_ = weights.get("decoder/W_x", {KD, model.gates() * H});
    W_out_ = weights.get("decoder/W_out", {H, KD});
    b_out_ = weights.get("decoder/b_out", {KD});
    if (model.z_every_step) {
      W_zx_ = weights.get("decoder/W_zx", {model.z_size, model.gates() * H});
    }
  }

  // The logits of some frames, one behind the other. `feed` makes of a step's
  // logits what the next step hears.
  template <typename Feed>
  Vector logits(const Vector& z, size_t num_frames, Feed feed) const {
    Vector state = recurrence_.start(z), bias = recurrence_.bias(), said;
    if (model_.z_every_step) add_product(bias, z, W_zx_);
    Vector x(b_out_.size());  // Silence, K frames of it.
    while (said.size() < num_frames * model_.depth) {
      Vector a = bias, y = vector_of(b_out_);
      add_product(a, x, W_x_);
      recurrence_.step(state, a);
      add_product(y, state, W_out_);
      said.insert(said.end(), y.begin(), y.end());
      for (size_t i = 0; i < y.size(); ++i) x[i] = feed(y[i]);
    }
    said.resize(num_frames * model_.depth);
    return said;
  }

 private:
  const Model& model_;
  Recurrence recurrence_;
  Tensor W_x_, W_out_, b_out_, W_zx_;
};

// The notes of a frame, one given those before it: model/nade.py. Its numbers
// for the hidden units and for the logits stand side by side.
class Nade {
 public:
  Nade(const Model& model, const Weights& weights, size_t H) : D_(model.depth) {
    b_ = weights.get("decoder/nade_b", {0});
    U_ = b_.rows;
    W_h_ = weights.get("decoder/nade_W_h", {H, U_});
    W_out_ = weights.get("decoder/nade_W_out", {U_, D_});
    frame_ = weights.get("decoder/nade_frame", {D_, U_ + D_});
    before_ = weights.get("decoder/nade_before", {D_, U_ + D_});
    // From which column on a unit is heard: by then it has heard all it does.
    units_.resize(D_);
    for (size_t unit = 0; unit < U_; ++unit) {
      const float* row = W_out_.values + unit * D_;
      const float* first =
          std::find_if(row, row + D_, [](float w) { return w != 0.0f; });
      if (first != row + D_) units_[size_t(first - row)].push_back(unit);
    }
  }

  // Draws a frame column by column. x is the frame before; it becomes this one.
  template <typename Emission>
  void draw(const Vector& h, const Vector& logits, Vector& x,
            Emission& emission) const {
    Vector units = vector_of(b_), of_units(D_), both(U_ + D_);
    add_product(units, h, W_h_);
    for (size_t d = 0; d < D_; ++d) {
      if (x[d] != 0.0f) add_row(both, before_, d, -x[d]);
    }
    for (size_t d = 0; d < D_; ++d) {
      for (size_t unit : units_[d]) {
        const float u = units[unit] + both[unit];
        if (u > 0.0f) add_row(of_units, W_out_, unit, u);
      }
      x[d] = emission(logits[d] + of_units[d] + both[U_ + d]);
      if (x[d] != 0.0f) add_row(both, frame_, d, x[d]);
    }
  }

 private:
  size_t D_, U_;
  Tensor W_h_, b_, W_out_, frame_, before_;
  std::vector<std::vector<size_t>> units_;
};

// The recurrence that is told every frame, beside the free run from z.
//
//     h_t = cell(h_{t-1}; W_x x_{t-1} + W_free sigm(f_t) + W_zx z + b_dec)
//           with W_bar, its row t mod P beside b_dec, t from 0 on
//     a_t = W_out h_t + b_out + c_free f_t + c_x (2 x_{t-1} - 1)
class Autoregressive {
 public:
  Autoregressive(const Model& model, const Weights& weights)
      : recurrence_(model, weights, "decoder/ar_") {
    const size_t H = recurrence_.num_units(), D = model.depth;
    const size_t GH = model.gates() * H;
    const std::string of = "decoder/ar_";
    W_x_ = weights.get(of + "W_x", {D, GH});
    W_free_ = weights.get(of + "W_free", {D, GH});
    W_zx_ = weights.get(of + "W_zx", {model.z_size, GH});
    W_out_ = weights.get(of + "W_out", {H, D});
    b_out_ = weights.get(of + "b_out", {D});
    c_free_ = weights.get(of + "c_free", {D});
    c_x_ = weights.get(of + "c_x", {D});
    if (weights.has(of + "W_bar")) {
      const size_t P = weights.facts()["bar_frames"].whole(1, Model::kMost);
      W_bar_ = weights.get(of + "W_bar", {P, GH});
    }
    if (weights.has("decoder/nade_b")) nade_.emplace_back(model, weights, H);
  }

  // Before the first frame: silence.
  void begin(const Vector& z) {
    state_ = recurrence_.start(z);
    x_.assign(b_out_.rows, 0.0f);
    t_ = 0;
  }

  // Plays the next frame, of z and the free run's logits f_t.
  template <typename Emission>
  const Vector& play(const Vector& z, const float* free, Emission& emission) {
    const size_t D = x_.size();
    Vector a = recurrence_.bias(), heard(free, free + D);
    for (float& f : heard) f = sigm(f);
    add_product(a, z, W_zx_);
    add_product(a, heard, W_free_);
    add_product(a, x_, W_x_);
    if (W_bar_.rows) {
      const float* row = &W_bar_.values[t_++ % W_bar_.rows * a.size()];
      for (size_t i = 0; i < a.size(); ++i) a[i] += row[i];
    }
    recurrence_.step(state_, a);
    Vector logits = vector_of(b_out_);
    add_product(logits, state_, W_out_);
    for (size_t d = 0; d < D; ++d) {
      logits[d] += c_free_.values[d] * free[d] +
                   c_x_.values[d] * (2.0f * x_[d] - 1.0f);
    }
    if (nade_.empty()) {
      for (size_t d = 0; d < D; ++d) x_[d] = emission(logits[d]);
    } else {
      nade_[0].draw(state_, logits, x_, emission);
    }
    return x_;
  }

 private:
  Recurrence recurrence_;
  Tensor W_x_, W_free_, W_zx_, W_out_, b_out_, c_free_, c_x_;
  Tensor W_bar_{nullptr, 0, 0};  // Empty where the model knows no bars.
  size_t t_ = 0;
  std::vector<Nade> nade_;  // One or none.
  Vector state_, x_;
};

}  // namespace vrae

#endif  // VRAE_DECODER_H_
