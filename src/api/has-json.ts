import type { Context } from "hono";

/** Whether the Content-Type of a request says JSON. */
export const hasJson = (c: Context): boolean => /[/+]json\b/i.test(c.req.header("content-type") ?? "");
