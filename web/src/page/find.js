// Copyright 2026 The magenta-vrae Authors.
// SPDX-License-Identifier: Apache-2.0

// Elements of page.html.

/**
 * The element of an id, which page.html must have.
 * @template {Element} E
 * @param {string} id
 * @param {new () => E} type What it must be.
 * @returns {E}
 */
export function find(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) {
    throw new Error(`the page has no ${type.name} with the id ${id}`);
  }
  return element;
}

/** @param {string} id */
export const button = (id) => find(id, HTMLButtonElement);
/** @param {string} id */
export const canvas = (id) => find(id, HTMLCanvasElement);
/** @param {string} id */
export const input = (id) => find(id, HTMLInputElement);
/** @param {string} id */
export const part = (id) => find(id, HTMLElement);

/**
 * The radio buttons of a choice.
 * @param {string} name
 * @returns {NodeListOf<HTMLInputElement>}
 */
export const choices = (name) =>
  document.querySelectorAll(`input[name=${name}]`);
