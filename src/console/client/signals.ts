/**
 * A notification and a sound for new critical alerts, off by default, chosen for each browser. Of all open tabs, one listens, also while it is
 * hidden.
 */
import { isNewCritical } from "../triage/new-critical.ts";
import { alertsUrl } from "../triage/list-url.ts";
import { all } from "./dom.ts";
import { connectLive, type LiveEntry } from "./live.ts";
import { showToast } from "./toasts.tsx";

const KEY = "critical-signals";
const LOCK = "tocsin-critical-signals";
const STREAM = `/v1/timeline/stream?${new URLSearchParams({ query: "severity:critical", muted: "false" }).toString()}`;

/** Alerts that come within this time are one signal. */
const COLLECT_MS = 1000;

const KINDS = ["notification", "sound"] as const;
type Kind = (typeof KINDS)[number];

function chosen(): Set<Kind> {
  try {
    const kinds = JSON.parse(localStorage.getItem(KEY) ?? "[]") as unknown;
    return new Set(KINDS.filter((kind) => Array.isArray(kinds) && kinds.includes(kind)));
  } catch {
    return new Set();
  }
}

/** @returns false: this browser keeps nothing */
function keep(kinds: ReadonlySet<Kind>): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify([...kinds]));
    return true;
  } catch {
    return false;
  }
}

/** Asks for permission. @returns why there can be no notifications; null: there can */
async function askPermission(): Promise<string | null> {
  if (!("Notification" in globalThis)) return "This browser has no notifications.";
  const permission = await Notification.requestPermission();
  return permission === "granted" ? null : "Notifications are blocked. Allow them for this site in the browser.";
}

let audio: AudioContext | null = null;

/** Plays two short tones. Browsers keep silent until the first click on a page. */
async function playSound(): Promise<void> {
  audio ??= new AudioContext();
  await audio.resume();
  for (const [start, frequency] of [
    [0, 880],
    [0.18, 660],
  ] as const) {
    const [tone, volume] = [new OscillatorNode(audio, { frequency }), new GainNode(audio, { gain: 0.2 })];
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.14);
  }
}

function notify(entries: readonly LiveEntry[]): void {
  const [first] = entries;
  if (!first || Notification.permission !== "granted") return;
  const isOne = entries.length === 1;
  const title = isOne ? first.alert.title : `${entries.length} new critical alerts`;
  const url = isOne ? `/alerts/${first.alert.id}` : alertsUrl({ severity: "critical" }, "open");
  const notification = new Notification(title, {
    body: isOne ? "New critical alert" : first.alert.title,
    tag: isOne ? first.alert.id : "several",
    icon: "/assets/icon-critical.svg",
  });
  notification.addEventListener("click", () => {
    focus();
    location.assign(url);
  });
}

function signal(entries: readonly LiveEntry[]): void {
  const kinds = chosen();
  if (kinds.has("notification")) notify(entries);
  if (kinds.has("sound")) void playSound();
}

let isListening = false;

/** Entries of the past are no signals. */
const ignore = (): void => {};

/** Listens as soon as no other tab does. */
function listen(): void {
  if (isListening || chosen().size === 0) return;
  isListening = true;
  let collected: LiveEntry[] = [];
  const onEntry = (entry: LiveEntry) => {
    if (!isNewCritical(entry)) return;
    if (collected.length === 0) {
      setTimeout(() => {
        signal(collected);
        collected = [];
      }, COLLECT_MS);
    }
    collected.push(entry);
  };
  void navigator.locks.request(LOCK, () => {
    connectLive(
      STREAM,
      { onEntry, onGap: ignore, onMuting: ignore, onLost: ignore, onState: ignore },
      { isKeptHidden: true },
    );
    // The lock ends with the page.
    return new Promise<never>(() => {});
  });
}

const boxes = () => all<HTMLInputElement>("[data-signal]");

function showChoice(): void {
  const kinds = chosen();
  for (const box of boxes()) box.checked = kinds.has(box.dataset["signal"] as Kind);
}

async function change(kind: Kind, isOn: boolean): Promise<void> {
  const kinds = chosen();
  const fault = isOn && kind === "notification" ? await askPermission() : null;
  if (fault === null && isOn) kinds.add(kind);
  else kinds.delete(kind);
  if (fault !== null) showToast(fault, null, true);
  else if (!keep(kinds)) showToast("This browser keeps no settings for this site. Allow storage for it.", null, true);
  showChoice();
  if (isOn && kind === "sound") await playSound();
  listen();
}

export function startSignals(): void {
  if (boxes().length === 0) return;
  showChoice();
  addEventListener("change", ({ target }) => {
    const box = target as HTMLInputElement;
    const kind = KINDS.find((one) => one === box.dataset["signal"]);
    if (kind) void change(kind, box.checked);
  });
  // Another tab has changed the choice.
  addEventListener("storage", ({ key }) => {
    if (key !== KEY) return;
    showChoice();
    listen();
  });
  // A click lets the page play sounds from then on.
  addEventListener("pointerdown", () => chosen().has("sound") && void (audio ??= new AudioContext()).resume(), {
    once: true,
  });
  listen();
}
