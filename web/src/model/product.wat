;; Copyright 2026 The magenta-vrae Authors.
;; SPDX-License-Identifier: Apache-2.0

;; out = v M of a matrix packed as matrix.js has it: blocks of eight outputs.
;; Eight products at a time; `node wasm.mjs` makes product_wasm.js of it.
(module
  (memory (export "memory") 1)
  (func (export "product")
    (param $out i32) (param $weights i32) (param $v i32)
    (param $inputs i32) (param $blocks i32)
    (local $at i32) (local $end i32) (local $pairs i32) (local $x v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end
      (i32.add (local.get $v) (i32.shl (local.get $inputs) (i32.const 2))))
    ;; Two inputs at a time, each with sums of its own: none waits for another.
    (local.set $pairs
      (i32.sub (local.get $end)
        (i32.shl (i32.and (local.get $inputs) (i32.const 1)) (i32.const 2))))
    (loop $block
      (local.set $a (v128.const f32x4 0 0 0 0))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $at (local.get $v))
      (if (i32.lt_u (local.get $at) (local.get $pairs))
        (then
          (loop $pair
            (local.set $x (v128.load32_splat (local.get $at)))
            (local.set $a
              (f32x4.add (local.get $a)
                (f32x4.mul (local.get $x) (v128.load (local.get $weights)))))
            (local.set $b
              (f32x4.add (local.get $b)
                (f32x4.mul (local.get $x)
                  (v128.load offset=16 (local.get $weights)))))
            (local.set $x (v128.load32_splat offset=4 (local.get $at)))
            (local.set $c
              (f32x4.add (local.get $c)
                (f32x4.mul (local.get $x)
                  (v128.load offset=32 (local.get $weights)))))
            (local.set $d
              (f32x4.add (local.get $d)
                (f32x4.mul (local.get $x)
                  (v128.load offset=48 (local.get $weights)))))
            (local.set $weights (i32.add (local.get $weights) (i32.const 64)))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $pair (i32.lt_u (local.get $at) (local.get $pairs))))))
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $x (v128.load32_splat (local.get $at)))
          (local.set $a
            (f32x4.add (local.get $a)
              (f32x4.mul (local.get $x) (v128.load (local.get $weights)))))
          (local.set $b
            (f32x4.add (local.get $b)
              (f32x4.mul (local.get $x)
                (v128.load offset=16 (local.get $weights)))))
          (local.set $weights (i32.add (local.get $weights) (i32.const 32)))))
      (v128.store (local.get $out) (f32x4.add (local.get $a) (local.get $c)))
      (v128.store offset=16 (local.get $out)
        (f32x4.add (local.get $b) (local.get $d)))
      (local.set $out (i32.add (local.get $out) (i32.const 32)))
      (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
      (br_if $block (local.get $blocks)))))
