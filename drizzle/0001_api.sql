CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"password" text,
	"scope" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"request_hash" text NOT NULL,
	"status_code" integer,
	"headers" jsonb,
	"body_ciphertext" text,
	"body_key_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "alerts_status_triggered_at_id_idx";--> statement-breakpoint
DROP INDEX "alerts_severity_triggered_at_id_idx";--> statement-breakpoint
DROP INDEX "audit_events_target_idx";--> statement-breakpoint
DROP INDEX "integrations_team_id_idx";--> statement-breakpoint
DROP INDEX "webhook_deliveries_received_at_id_idx";--> statement-breakpoint
DROP INDEX "webhook_deliveries_integration_id_received_at_id_idx";--> statement-breakpoint
ALTER TABLE "alert_events" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "alert_events" ADD COLUMN "recorded_xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "request_id" uuid;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "rate_limit_per_minute" integer;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "team_id" uuid;--> statement-breakpoint
-- locks: this came before the first release, and ran on no large table
UPDATE "webhook_deliveries" SET "team_id" = "integrations"."team_id" FROM "integrations" WHERE "integrations"."id" = "webhook_deliveries"."integration_id" AND "integrations"."team_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_provider_id_account_id_key" ON "accounts" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE INDEX "accounts_user_id_idx" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "verifications_identifier_idx" ON "verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "verifications_expires_at_idx" ON "verifications" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_events_recorded_xid_version_id_idx" ON "alert_events" USING btree ("recorded_xid","version","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alerts_status_severity_triggered_at_id_idx" ON "alerts" USING btree ("status","severity","triggered_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alerts_team_id_status_severity_triggered_at_id_idx" ON "alerts" USING btree ("team_id","status","severity","triggered_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alerts_integration_id_status_severity_triggered_at_id_idx" ON "alerts" USING btree ("integration_id","status","severity","triggered_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alerts_title_description_idx" ON "alerts" USING gin ("title" gin_trgm_ops,"description" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alerts_metadata_idx" ON "alerts" USING gin ("metadata" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_team_id_created_at_id_idx" ON "audit_events" USING btree ("team_id","created_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_target_id_created_at_id_idx" ON "audit_events" USING btree ("target_id","created_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_actor_created_at_id_idx" ON "audit_events" USING btree ("actor","created_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "integrations_team_id_created_at_id_idx" ON "integrations" USING btree ("team_id","created_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "webhook_deliveries_team_id_status_received_at_id_idx" ON "webhook_deliveries" USING btree ("team_id","status","received_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "webhook_deliveries_integration_id_status_received_at_id_idx" ON "webhook_deliveries" USING btree ("integration_id","status","received_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "webhook_deliveries_replay_of_idx" ON "webhook_deliveries" USING btree ("replay_of") WHERE "webhook_deliveries"."replay_of" is not null;