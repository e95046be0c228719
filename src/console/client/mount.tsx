/** Renders components whose state is outside of them. */
import type { JSX } from "hono/jsx/jsx-runtime";
import { flushSync, render, useState } from "hono/jsx/dom";

/**
 * Renders a view into an element.
 * @param view reads the state at each call
 * @returns a function that renders the view again, synchronously
 */
export function mount(view: () => JSX.Element, root: HTMLElement): () => void {
  let rerender: (() => void) | null = null;
  const View = () => {
    const [, setVersion] = useState(0);
    rerender = () => setVersion((version) => version + 1);
    return view();
  };
  render(<View />, root);
  return () => flushSync(() => rerender?.());
}
