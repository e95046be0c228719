/** The injected dependencies of the pipeline: everything with a clock, a network or state. */
import type { AcceptReply, Delivery, IntegrationConfig, ReceiveReply } from "../objects/integration/rpc.ts";
import type { ProblemType } from "../lib/problem.ts";
import type { VerificationResult } from "../verification/verifier.ts";
import type { IncomingRequest, LoadedIntegration, Received } from "./delivery.ts";
import type { Measurement } from "./measure.ts";
import type { Rejection } from "./rejection.ts";
import type { NewerConfig } from "./stages.ts";

export interface Dependencies {
  /** Checks the signature or token. */
  authenticate(delivery: Received): Promise<VerificationResult>;
  /** The texts to mask in a delivery. */
  secretsToMask(delivery: Received): string[];
  /** Counts one delivery against the deployment's limit for an integration. False: it is over the limit. */
  isWithinRate(integrationId: string): Promise<boolean>;
  /** Visits an SNS SubscribeURL. False: Amazon did not confirm. */
  visitSubscribeUrl(url: URL): Promise<boolean>;
  /** Pins this SNS topic to the integration, unless it has one. Returns the pinned topic. */
  pinSnsTopic(delivery: Received, topicArn: string): Promise<string>;
  /** Submits a delivery to the integration's object. */
  submit(delivery: Delivery, config: IntegrationConfig): Promise<AcceptReply>;
  /** Records a rejection, or returns the newer config that the object knows and that may accept the delivery. */
  recordRejection(rejection: Rejection): Promise<Rejection | NewerConfig>;
  /** Loads an integration by a config that its object returned; null: it is deleted. */
  reloadIntegration(config: IntegrationConfig): Promise<LoadedIntegration | null>;
}

/** HTTP status and problem type of a rejection. */
export interface RejectedAs {
  status: number;
  type: ProblemType;
}

/** Further dependencies of live traffic. */
export interface LiveDependencies extends Dependencies {
  /** See knownIntegration (load-integration.ts). */
  knownIntegration(id: string): Promise<LoadedIntegration | null | undefined>;
  /** Sends a delivery to the integration's object; null: see sendRaw (raw-delivery.ts). */
  sendRaw(integrationId: string, request: IncomingRequest): Promise<ReceiveReply | null>;
  /** Whether a subscription of this deployment sent a request with these headers. */
  isLoop(headers: Headers): Promise<boolean>;
  /** Writes a data point for a delivery. */
  measure(measurement: Measurement): void;
  logRejection(deliveryId: string, integrationId: string | null, problem: RejectedAs): void;
}
