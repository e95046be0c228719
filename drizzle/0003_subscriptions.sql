CREATE TABLE "subscriptions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" uuid,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"filter" jsonb NOT NULL,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"started_after" text NOT NULL,
	"secret_ciphertext" text NOT NULL,
	"secret_key_id" text NOT NULL,
	"previous_secret_ciphertext" text,
	"previous_secret_key_id" text,
	"previous_secret_expires_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "alert_events" ADD COLUMN "status" "alert_status";--> statement-breakpoint
ALTER TABLE "alert_events" ADD COLUMN "severity" "alert_severity";--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "subscriptions_created_at_id_idx" ON "subscriptions" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "subscriptions_team_id_created_at_id_idx" ON "subscriptions" USING btree ("team_id","created_at","id");