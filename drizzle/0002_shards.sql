ALTER TABLE "integrations" ADD COLUMN "shards" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "previous_shards" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "most_shards" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "shards_since" integer;--> statement-breakpoint
-- locks: integrations are few
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_shards_check" CHECK ("integrations"."shards" between 1 and 16);