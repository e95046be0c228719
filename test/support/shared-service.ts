/** The service that end-to-end tests share. Each test creates its own integrations. */
import { inject } from "vitest";
import type { Service } from "./service.ts";

/** The part of a service that crosses processes. */
export type SharedService = Pick<Service, "url" | "rootApiKey" | "demo" | "stateDirectory">;

/** The shared service; the first call starts it. */
export async function sharedService(): Promise<SharedService> {
  const response = await fetch(inject("sharedServiceUrl"));
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SharedService;
}
