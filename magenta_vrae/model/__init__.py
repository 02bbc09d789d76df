# Copyright 2026 The magenta-vrae Authors.
# SPDX-License-Identifier: Apache-2.0
"""The paper: Fabius & van Amersfoort 2014, arXiv 1412.6581.

With a window x of T binary frames:

    encoder    h_0 = 0,  h_{t+1} = tanh(W_enc h_t + W_in x_{t+1} + b_enc)
    posterior  mu_z = W_mu h_end + b_mu,   log sigma_z = W_sigma h_end + b_sigma
    sample     z = mu_z + sigma_z * eps,   eps ~ N(0, I)
    decoder    h_0 = tanh(W_z z + b_z)
               h_{t+1} = tanh(W_dec h_t + W_x x_t + b_dec)
               x_t = sigm(W_out h_t + b_out)
    bound      L = -KL(q(z|x) || N(0, I)) + E_q[log p(x|z)]

To read, in this order:

  vrae             posterior, sample and bound: a `MusicVAE`
  encoder          the first equation
  decoder          the fourth
  cells            one step of a recurrence, and how weights begin
  recurrence       the loops over time, as the equations say them
  fast_recurrence  the same loops, sooner, with gradients by hand
  halves           a batch in two loops, side by side
  backpropagation  what these gradients are: loops forward and backward
  products         what a loop multiplies by, made ready once
  mixed_precision  products of bfloat16 in loops of float32
  loop_choice      which way loops run; loop_ways, _timing, _memory, xla
  blocks           several frames to one step
  autoregressive   a decoder that hears what it plays, beside the paper's
  nade, intervals  the notes of a frame, one given the others; masks
  schedules        learning rate and KL weight by step
  optimizer        Adam, and weights that decay
  corruption       faults in what the encoder hears
  transposition    training windows in other keys

Without TensorFlow, for checks of settings and for NumPy:

  hparams          the settings, the paper's values, what is allowed
  weights          the names and shapes of all W and b
  faults           how often notes are wrong, and what hearing one then says
"""
