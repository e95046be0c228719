/** The object of an integration, with the pipeline for deliveries of isolates that do not know the integration. */
import { retryable } from "cloudflare:durable-objects";
import { describeError } from "../db/errors.ts";
import { log } from "../lib/log.ts";
import { Integration as IntegrationWithoutPipeline } from "../objects/integration/object.ts";
import type { DeliveryAnswer, RawDelivery, ReceiveReply } from "../objects/integration/rpc.ts";
import type { IncomingRequest, LoadedIntegration } from "./delivery.ts";
import { objectDependencies } from "./live-dependencies.ts";
import { loadConfig } from "./load-integration.ts";
import { process } from "./pipeline.ts";
import { fromRaw } from "./raw-delivery.ts";
import { failedAnswer } from "./respond.ts";

export class Integration extends IntegrationWithoutPipeline {
  static {
    retryable(this.prototype.receive);
  }

  /** See rpc.ts. */
  async receive(raw: RawDelivery): Promise<ReceiveReply> {
    const config = this.config();
    if (config?.sharding && !config.isDeleted) return { kind: "sharded", config };
    const integration = config && (await loadConfig(this.env, config));
    if (!integration) return { kind: "unknown" };
    const answer = await this.#answer(fromRaw(raw), integration);
    // The config may have changed meanwhile.
    return { kind: "answered", answer, config: this.config() ?? config };
  }

  async #answer(request: IncomingRequest, integration: LoadedIntegration): Promise<DeliveryAnswer> {
    try {
      return await process(request, integration, objectDependencies(this.env, this.ctx, this));
    } catch (error) {
      const { id } = integration.config;
      log.error("request failed", { requestId: request.id, integrationId: id, error: describeError(error) });
      return failedAnswer(request.id);
    }
  }
}
