import { html } from "hono/html";
import { describe, expect, it } from "vitest";
import { FlashMessage, withCountedFlash, withFlash } from "../../../src/console/parts/flash.tsx";

/** HTML of the message that a page shows for a URL. */
async function messageAt(url: string): Promise<string> {
  const of = new URL(url, "http://tocsin").searchParams.get("flash") ?? undefined;
  return (await html`${FlashMessage({ of })}`).toString();
}

describe("a flash message", () => {
  it("survives the redirect beside other parameters", async () => {
    const url = withFlash("/alerts?view=all", "saved");
    expect(url).toBe("/alerts?view=all&flash=saved");
    expect(await messageAt(url)).toContain(">Saved.<");
  });

  it("counts the changed and the skipped alerts", async () => {
    expect(await messageAt(withCountedFlash("/alerts", "alerts-resolved", 147, 0))).toContain(">147 alerts resolved.<");
    expect(await messageAt(withCountedFlash("/alerts", "alerts-closed", 1, 2))).toContain(
      ">1 alert closed. 2 alerts skipped: already changed, or not reached.<",
    );
  });

  it.each(["constructor", "<b>", "alerts-resolved", "alerts-resolved.x.1", "constructor.1.1"])(
    "shows nothing for the unknown key %s",
    async (flash) => {
      expect(await messageAt(`/?flash=${encodeURIComponent(flash)}`)).toBe("");
    },
  );
});
