/** Charts over time: the numbers of a column at once, also by keyboard, and dragging, which filters the list by the period. */
import { periodUrl } from "../triage/list-url.ts";
import { all, find } from "./dom.ts";

/** A shorter drag is a click. */
const MIN_DRAG_PX = 6;

interface Drag {
  chart: HTMLElement;
  pointerId: number;
  startX: number;
  isMoved: boolean;
}

let drag: Drag | null = null;
const tip = document.createElement("div");
tip.className = "chart-tip";
const brush = document.createElement("div");
brush.className = "chart-brush";
for (const overlay of [tip, brush]) overlay.hidden = true;

const chartOf = ({ target }: Event): HTMLElement | null => (target as Element).closest<HTMLElement>("[data-chart]");
const plotOf = (chart: HTMLElement): DOMRect => (find("svg", chart) ?? chart).getBoundingClientRect();
const columnsOf = (chart: HTMLElement): SVGAElement[] => all<SVGAElement>(".column", chart);

/** The column at a place, the nearest one beside the plot. */
function columnAt(chart: HTMLElement, x: number): SVGAElement | undefined {
  const [columns, { left, width }] = [columnsOf(chart), plotOf(chart)];
  const at = Math.floor(((x - left) / width) * columns.length);
  return columns[Math.min(Math.max(at, 0), columns.length - 1)];
}

function place(overlay: HTMLElement, styles: Partial<Record<"left" | "top" | "width" | "height", number>>): void {
  if (!overlay.isConnected) document.body.append(overlay);
  for (const [name, px] of Object.entries(styles)) overlay.style.setProperty(name, `${px}px`);
  overlay.hidden = false;
}

function showTip(column: SVGAElement): void {
  // The browser's own tooltip comes a second later and says the same.
  find("title", column)?.remove();
  const { left, width, top } = column.getBoundingClientRect();
  tip.textContent = column.getAttribute("aria-label");
  place(tip, { left: left + width / 2, top });
  const half = tip.offsetWidth / 2;
  place(tip, { left: Math.min(Math.max(left + width / 2, half + 4), innerWidth - half - 4) });
}

function hideOverlays(): void {
  for (const overlay of [tip, brush]) overlay.hidden = true;
  drag = null;
}

/** The columns that a drag covers, the first and the last. */
function dragged({ chart, startX }: Drag, x: number): [SVGAElement, SVGAElement] | null {
  const ends = [startX, x].toSorted((a, b) => a - b).map((at) => columnAt(chart, at));
  return ends[0] && ends[1] ? [ends[0], ends[1]] : null;
}

function moveBrush(current: Drag, x: number): void {
  const ends = dragged(current, x);
  if (!ends) return;
  const [first, last] = ends.map((column) => column.getBoundingClientRect());
  const { top, height } = plotOf(current.chart);
  if (first && last) place(brush, { left: first.left, top, width: last.right - first.left, height });
}

function endDrag(current: Drag, x: number): void {
  const ends = dragged(current, x);
  hideOverlays();
  const [from, until] = [ends?.[0].dataset["from"], ends?.[1].dataset["until"]];
  if (current.isMoved && from !== undefined && until !== undefined)
    location.assign(periodUrl(current.chart.dataset["chart"] ?? "", Number(from), Number(until)));
}

export function startCharts(): void {
  addEventListener("pointermove", (event) => {
    const chart = drag?.chart ?? chartOf(event);
    if (!chart) return tip.hidden ? undefined : hideOverlays();
    if (drag) {
      if (Math.abs(event.clientX - drag.startX) >= MIN_DRAG_PX && !drag.isMoved) {
        drag.isMoved = true;
        // From here on, no click follows on a column.
        find("svg", chart)?.setPointerCapture(drag.pointerId);
      }
      if (drag.isMoved) moveBrush(drag, event.clientX);
    }
    const column = columnAt(chart, event.clientX);
    if (column) showTip(column);
  });
  addEventListener("pointerdown", (event) => {
    const chart = chartOf(event);
    if (!chart || event.button !== 0 || !(event.target as Element).closest("svg")) return;
    drag = { chart, pointerId: event.pointerId, startX: event.clientX, isMoved: false };
  });
  addEventListener("pointerup", ({ clientX }) => drag && endDrag(drag, clientX));
  addEventListener("pointercancel", hideOverlays);
  // Columns are links, which browsers would drag.
  addEventListener("dragstart", (event) => chartOf(event) && event.preventDefault());
  addEventListener("focusin", (event) => {
    const column = (event.target as Element).closest<SVGAElement>(".column");
    if (column?.matches(":focus-visible")) showTip(column);
    else if (!drag) hideOverlays();
  });
  addEventListener("keydown", (event) => {
    const column = (event.target as Element).closest<SVGAElement>(".column");
    const chart = chartOf(event);
    if (event.key === "Escape" && drag) return hideOverlays();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!column || !chart || step === undefined) return;
    event.preventDefault();
    const columns = columnsOf(chart);
    columns[columns.indexOf(column) + step]?.focus();
  });
}
