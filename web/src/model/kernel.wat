;; Copyright 2026 The magenta-vrae Authors.
;; SPDX-License-Identifier: Apache-2.0

;; What takes the page's decoder longest, four numbers at a time. `node
;; wasm.mjs` makes kernel_wasm.js of it.
(module
  (memory (export "memory") 1)

  ;; out = v M of a matrix packed as matrix.js has it, in blocks of 24 outputs:
  ;; their sums are as many as a processor can make at a time.
  (func (export "product")
    (param $out i32) (param $weights i32) (param $v i32)
    (param $inputs i32) (param $blocks i32)
    (local $at i32) (local $end i32) (local $x v128)
    (local $a v128) (local $b v128) (local $c v128)
    (local $d v128) (local $e v128) (local $f v128)
    (local.set $end
      (i32.add (local.get $v) (i32.shl (local.get $inputs) (i32.const 2))))
    (loop $block
      (local.set $a (v128.const f32x4 0 0 0 0))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $e (local.get $a))
      (local.set $f (local.get $a))
      (local.set $at (local.get $v))
      (loop $input
        (local.set $x (v128.load32_splat (local.get $at)))
        (local.set $a
          (f32x4.add (local.get $a)
            (f32x4.mul (local.get $x)
              (v128.load (local.get $weights)))))
        (local.set $b
          (f32x4.add (local.get $b)
            (f32x4.mul (local.get $x)
              (v128.load offset=16 (local.get $weights)))))
        (local.set $c
          (f32x4.add (local.get $c)
            (f32x4.mul (local.get $x)
              (v128.load offset=32 (local.get $weights)))))
        (local.set $d
          (f32x4.add (local.get $d)
            (f32x4.mul (local.get $x)
              (v128.load offset=48 (local.get $weights)))))
        (local.set $e
          (f32x4.add (local.get $e)
            (f32x4.mul (local.get $x)
              (v128.load offset=64 (local.get $weights)))))
        (local.set $f
          (f32x4.add (local.get $f)
            (f32x4.mul (local.get $x)
              (v128.load offset=80 (local.get $weights)))))
        (local.set $weights (i32.add (local.get $weights) (i32.const 96)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $input (i32.lt_u (local.get $at) (local.get $end))))
      (v128.store (local.get $out) (local.get $a))
      (v128.store offset=16 (local.get $out) (local.get $b))
      (v128.store offset=32 (local.get $out) (local.get $c))
      (v128.store offset=48 (local.get $out) (local.get $d))
      (v128.store offset=64 (local.get $out) (local.get $e))
      (v128.store offset=80 (local.get $out) (local.get $f))
      (local.set $out (i32.add (local.get $out) (i32.const 96)))
      (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
      (br_if $block (local.get $blocks))))

  ;; out = out + times x, four numbers at a time up to an end.
  (func (export "add")
    (param $out i32) (param $end i32) (param $x i32) (param $times f32)
    (local $by v128)
    (local.set $by (f32x4.splat (local.get $times)))
    (loop $four
      (v128.store (local.get $out)
        (f32x4.add (v128.load (local.get $out))
          (f32x4.mul (local.get $by) (v128.load (local.get $x)))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $out) (local.get $end)))))

  ;; x = 1 / (1 + exp(-x)) of each number, in place. exp(y) = 2^n exp(r), with n
  ;; whole and r no larger than ln(2) / 2; exp(r) is a polynomial, as Cephes has
  ;; it (expf).
  (func (export "sigmoids") (param $at i32) (param $end i32)
    (local $y v128) (local $n v128) (local $p v128)
    (loop $four
      ;; Beyond that, a power of 2 would be none that float32 has.
      (local.set $y
        (f32x4.max (v128.const f32x4 -87 -87 -87 -87)
          (f32x4.min (v128.const f32x4 87 87 87 87)
            (f32x4.neg (v128.load (local.get $at))))))
      (local.set $n
        (f32x4.nearest
          (f32x4.mul (local.get $y)
            (v128.const f32x4 1.44269504 1.44269504 1.44269504 1.44269504))))
      ;; ln(2) in two parts: the first times n is exact.
      (local.set $y
        (f32x4.sub (local.get $y)
          (f32x4.mul (local.get $n)
            (v128.const f32x4
              0.693359375 0.693359375 0.693359375 0.693359375))))
      (local.set $y
        (f32x4.sub (local.get $y)
          (f32x4.mul (local.get $n)
            (v128.const f32x4
              -2.12194440e-4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4))))
      (local.set $p (v128.const f32x4
          1.9875691500e-4 1.9875691500e-4 1.9875691500e-4 1.9875691500e-4))
      (local.set $p
        (f32x4.add (f32x4.mul (local.get $p) (local.get $y))
          (v128.const f32x4
            1.3981999507e-3 1.3981999507e-3 1.3981999507e-3 1.3981999507e-3)))
      (local.set $p
        (f32x4.add (f32x4.mul (local.get $p) (local.get $y))
          (v128.const f32x4
            8.3334519073e-3 8.3334519073e-3 8.3334519073e-3 8.3334519073e-3)))
      (local.set $p
        (f32x4.add (f32x4.mul (local.get $p) (local.get $y))
          (v128.const f32x4
            4.1665795894e-2 4.1665795894e-2 4.1665795894e-2 4.1665795894e-2)))
      (local.set $p
        (f32x4.add (f32x4.mul (local.get $p) (local.get $y))
          (v128.const f32x4
            1.6666665459e-1 1.6666665459e-1 1.6666665459e-1 1.6666665459e-1)))
      (local.set $p
        (f32x4.add (f32x4.mul (local.get $p) (local.get $y))
          (v128.const f32x4
            5.0000001201e-1 5.0000001201e-1 5.0000001201e-1 5.0000001201e-1)))
      (local.set $p
        (f32x4.add (f32x4.mul (local.get $p) (local.get $y))
          (v128.const f32x4 1 1 1 1)))
      (local.set $p
        (f32x4.add (f32x4.mul (local.get $p) (local.get $y))
          (v128.const f32x4 1 1 1 1)))
      (local.set $p
        (f32x4.mul (local.get $p)
          (i32x4.shl
            (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $n))
              (v128.const i32x4 127 127 127 127))
            (i32.const 23))))
      (v128.store (local.get $at)
        (f32x4.div (v128.const f32x4 1 1 1 1)
          (f32x4.add (v128.const f32x4 1 1 1 1) (local.get $p))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $four (i32.lt_u (local.get $at) (local.get $end))))))
