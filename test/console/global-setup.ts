import { execFileSync } from "node:child_process";
import { findBrowser } from "../support/browser.ts";

/** Installs Debian's Chromium where there is no browser, and one may be installed. */
export default function setup(): void {
  if (findBrowser() !== null) return;
  if (process.platform === "linux" && process.getuid?.() === 0) {
    console.log("Installing Chromium …");
    const options = { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } } as const;
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync(
      "apt-get",
      ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
      options,
    );
  }
  if (findBrowser() === null) throw new Error("There is no Chromium or Chrome: install one, or name it in CHROMIUM.");
}
