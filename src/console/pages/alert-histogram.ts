/** Whether the alert list shows its histogram, which each browser remembers in a cookie, and its numbers. */
import { getCookie, setCookie } from "hono/cookie";
import { attempt } from "../api.ts";
import type { Page } from "../context.ts";
import type { Histogram } from "../triage/histogram.ts";
import { hasEnd } from "../triage/query-text.ts";
import { type AlertFilter, filterQuery } from "./alert-filter.ts";

const COOKIE = "alert_histogram";
const MAX_AGE_SECONDS = 365 * 24 * 60 * 60;

/** The query parameter that shows or hides the histogram. */
export const HISTOGRAM_PARAMETER = "histogram";

export const isHistogramShown = (c: Page): boolean => getCookie(c, COOKIE) === "shown";

/** Remembers the choice of a URL. @returns whether the URL has one */
export function rememberHistogram(c: Page): boolean {
  const choice = c.req.query(HISTOGRAM_PARAMETER);
  if (choice !== "shown" && choice !== "hidden") return false;
  const secure = new URL(c.req.url).protocol === "https:";
  setCookie(c, COOKIE, choice, { path: "/alerts", maxAge: MAX_AGE_SECONDS, sameSite: "Lax", httpOnly: true, secure });
  return true;
}

/** Counts the alerts of the query in all statuses; null: the histogram is hidden, or cannot be read. */
export async function loadHistogram(c: Page, filter: AlertFilter): Promise<Histogram | null> {
  if (!isHistogramShown(c) || filter.error) return null;
  const { data } = await attempt(c.get("api").GET("/v1/alerts/histogram", { params: { query: filterQuery(filter) } }));
  if (!data) return null;
  const { intervalSeconds, isComplete } = data;
  return { intervalSeconds, isComplete, data: data.data, isOpenEnded: !hasEnd(filter.query) };
}
