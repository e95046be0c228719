CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TYPE "public"."team_role" AS ENUM('ADMIN', 'RESPONDER', 'OBSERVER');--> statement-breakpoint
CREATE TYPE "public"."alert_severity" AS ENUM('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO');--> statement-breakpoint
CREATE TYPE "public"."alert_status" AS ENUM('OPEN', 'ACKNOWLEDGED', 'RESOLVED', 'CLOSED');--> statement-breakpoint
CREATE TYPE "public"."delivery_status" AS ENUM('ACCEPTED', 'DUPLICATE', 'REJECTED');--> statement-breakpoint
CREATE TYPE "public"."timeline_entry_type" AS ENUM('CREATED', 'REPEATED', 'ACKNOWLEDGED', 'UNACKNOWLEDGED', 'RESOLVED', 'CLOSED', 'REOPENED', 'NOTED', 'SNOOZED', 'UNSNOOZED', 'STALE');--> statement-breakpoint
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
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" uuid,
	"integration_id" uuid,
	"name" text NOT NULL,
	"key_hash" text NOT NULL,
	"previous_key_hash" text,
	"previous_key_expires_at" timestamp (3) with time zone,
	"scopes" text[] NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_key_hash_unique" UNIQUE("key_hash"),
	CONSTRAINT "api_keys_previous_key_hash_unique" UNIQUE("previous_key_hash")
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" uuid,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"target_type" text NOT NULL,
	"target_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"ip_address" text,
	"request_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
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
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"team_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" "team_role" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "team_members_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"name" text NOT NULL,
	"image" text,
	"is_platform_admin" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
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
CREATE TABLE "alert_timeline" (
	"id" uuid PRIMARY KEY NOT NULL,
	"alert_id" uuid NOT NULL,
	"delivery_id" uuid,
	"type" timeline_entry_type NOT NULL,
	"actor" text NOT NULL,
	"actor_name" text,
	"version" integer NOT NULL,
	"status" "alert_status" NOT NULL,
	"severity" "alert_severity" NOT NULL,
	"changes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"note" text,
	"occurred_at" timestamp (3) with time zone,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"recorded_xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"integration_id" uuid NOT NULL,
	"team_id" uuid,
	"alert_key" text,
	"external_id" text,
	"title" text NOT NULL,
	"description" text,
	"severity" "alert_severity" NOT NULL,
	"status" "alert_status" NOT NULL,
	"source" text,
	"url" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"occurrences" integer DEFAULT 1 NOT NULL,
	"triggered_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_hour" timestamp (3) with time zone GENERATED ALWAYS AS (date_bin('1 hour', last_seen_at, timestamptz '2000-01-01 00:00:00Z')) STORED NOT NULL,
	"acknowledged_at" timestamp (3) with time zone,
	"acknowledged_by" text,
	"acknowledged_by_name" text,
	"resolved_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"snoozed_until" timestamp (3) with time zone,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "integrations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" uuid,
	"name" text NOT NULL,
	"external_name" text,
	"provider" text NOT NULL,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"deduplication_window_minutes" integer DEFAULT 15 NOT NULL,
	"auto_resolve_minutes" integer,
	"heartbeat_minutes" integer,
	"heartbeat_schedule" jsonb,
	"heartbeat_matchers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"rate_limit_per_minute" integer,
	"shards" integer DEFAULT 1 NOT NULL,
	"previous_shards" integer DEFAULT 1 NOT NULL,
	"most_shards" integer DEFAULT 1 NOT NULL,
	"shards_since" integer,
	"location" text,
	"idempotency_header" text,
	"ignore" text[] DEFAULT '{}'::text[] NOT NULL,
	"mapping" jsonb,
	"email_rules" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"verification" jsonb NOT NULL,
	"secret_ciphertext" text NOT NULL,
	"secret_key_id" text NOT NULL,
	"previous_secret_ciphertext" text,
	"previous_secret_key_id" text,
	"previous_secret_expires_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "integrations_shards_check" CHECK ("integrations"."shards" between 1 and 16),
	CONSTRAINT "integrations_deduplication_window_minutes_check" CHECK ("integrations"."deduplication_window_minutes" between 0 and 10080)
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" uuid,
	"name" text NOT NULL,
	"external_name" text,
	"url" text NOT NULL,
	"filter" jsonb NOT NULL,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"started_after" text NOT NULL,
	"secret_ciphertext" text NOT NULL,
	"secret_key_id" text NOT NULL,
	"previous_secret_ciphertext" text,
	"previous_secret_key_id" text,
	"previous_secret_expires_at" timestamp (3) with time zone,
	"preset" text,
	"expression" text,
	"header_names" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"has_preset_key" boolean DEFAULT false NOT NULL,
	"credentials_ciphertext" text,
	"credentials_key_id" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"integration_id" uuid NOT NULL,
	"team_id" uuid,
	"sequence" bigint NOT NULL,
	"status" "delivery_status" NOT NULL,
	"status_code" integer NOT NULL,
	"alert_id" uuid,
	"events" jsonb NOT NULL,
	"reason" text,
	"decision" jsonb NOT NULL,
	"error" text,
	"idempotency_key" text,
	"content_fingerprint" text,
	"duplicate_of" uuid,
	"replay_of" uuid,
	"headers" jsonb NOT NULL,
	"content_type" text,
	"source_ip" text,
	"raw_payload" json,
	"raw_body" "bytea",
	"body_bytes" integer,
	"is_body_cut" boolean DEFAULT false NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_deliveries_one_body_check" CHECK ("webhook_deliveries"."raw_payload" is null or "webhook_deliveries"."raw_body" is null)
);
--> statement-breakpoint
CREATE TABLE "silences" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" uuid,
	"matchers" jsonb NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"comment" text NOT NULL,
	"annotations" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_by_name" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "silences_ends_at_check" CHECK ("silences"."ends_at" >= "silences"."starts_at")
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_integration_id_integrations_id_fk" FOREIGN KEY ("integration_id") REFERENCES "public"."integrations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_integration_id_integrations_id_fk" FOREIGN KEY ("integration_id") REFERENCES "public"."integrations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "silences" ADD CONSTRAINT "silences_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_provider_id_account_id_key" ON "accounts" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE INDEX "accounts_user_id_idx" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "api_keys_team_id_idx" ON "api_keys" USING btree ("team_id");--> statement-breakpoint
CREATE INDEX "audit_events_created_at_id_idx" ON "audit_events" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "audit_events_team_id_created_at_id_idx" ON "audit_events" USING btree ("team_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_events_target_id_created_at_id_idx" ON "audit_events" USING btree ("target_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_events_actor_created_at_id_idx" ON "audit_events" USING btree ("actor","created_at","id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "team_members_user_id_idx" ON "team_members" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "verifications_identifier_idx" ON "verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "verifications_expires_at_idx" ON "verifications" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "alert_timeline_alert_id_version_id_idx" ON "alert_timeline" USING btree ("alert_id","version","id");--> statement-breakpoint
CREATE INDEX "alert_timeline_recorded_xid_version_id_idx" ON "alert_timeline" USING btree ("recorded_xid","version","id");--> statement-breakpoint
CREATE INDEX "alerts_triggered_at_id_idx" ON "alerts" USING btree ("triggered_at","id");--> statement-breakpoint
CREATE INDEX "alerts_team_id_triggered_at_id_idx" ON "alerts" USING btree ("team_id","triggered_at","id");--> statement-breakpoint
CREATE INDEX "alerts_integration_id_triggered_at_id_idx" ON "alerts" USING btree ("integration_id","triggered_at","id");--> statement-breakpoint
CREATE INDEX "alerts_status_severity_triggered_at_id_idx" ON "alerts" USING btree ("status","severity","triggered_at","id");--> statement-breakpoint
CREATE INDEX "alerts_team_id_status_severity_triggered_at_id_idx" ON "alerts" USING btree ("team_id","status","severity","triggered_at","id");--> statement-breakpoint
CREATE INDEX "alerts_integration_id_status_severity_triggered_at_id_idx" ON "alerts" USING btree ("integration_id","status","severity","triggered_at","id");--> statement-breakpoint
CREATE INDEX "alerts_snoozed_until_idx" ON "alerts" USING btree ("snoozed_until") WHERE "alerts"."snoozed_until" is not null;--> statement-breakpoint
CREATE INDEX "alerts_last_seen_hour_idx" ON "alerts" USING btree ("last_seen_hour") WHERE "alerts"."last_seen_hour" > '-infinity';--> statement-breakpoint
CREATE INDEX "alerts_team_id_last_seen_hour_idx" ON "alerts" USING btree ("team_id","last_seen_hour");--> statement-breakpoint
CREATE INDEX "alerts_integration_id_last_seen_hour_idx" ON "alerts" USING btree ("integration_id","last_seen_hour");--> statement-breakpoint
CREATE INDEX "alerts_alert_key_triggered_at_id_idx" ON "alerts" USING btree ("alert_key" text_pattern_ops,"triggered_at","id") WHERE "alerts"."alert_key" is not null;--> statement-breakpoint
CREATE INDEX "alerts_external_id_idx" ON "alerts" USING btree ("external_id" text_pattern_ops) WHERE "alerts"."external_id" is not null;--> statement-breakpoint
CREATE INDEX "alerts_source_triggered_at_id_idx" ON "alerts" USING btree ("source" text_pattern_ops,"triggered_at","id") WHERE "alerts"."source" is not null;--> statement-breakpoint
CREATE INDEX "alerts_acknowledged_by_idx" ON "alerts" USING btree ("acknowledged_by" text_pattern_ops) WHERE "alerts"."acknowledged_by" is not null;--> statement-breakpoint
CREATE INDEX "alerts_acknowledged_by_name_idx" ON "alerts" USING btree (lower("acknowledged_by_name") text_pattern_ops) WHERE "alerts"."acknowledged_by_name" is not null;--> statement-breakpoint
CREATE INDEX "alerts_text_idx" ON "alerts" USING gin (("title" || E'\n' || coalesce("description", '')) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "alerts_metadata_idx" ON "alerts" USING gin ("metadata" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "integrations_created_at_id_idx" ON "integrations" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "integrations_team_id_created_at_id_idx" ON "integrations" USING btree ("team_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "integrations_external_name_key" ON "integrations" USING btree ("external_name",coalesce("team_id", '00000000-0000-0000-0000-000000000000'::uuid)) WHERE "integrations"."external_name" is not null and "integrations"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "subscriptions_created_at_id_idx" ON "subscriptions" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "subscriptions_team_id_created_at_id_idx" ON "subscriptions" USING btree ("team_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_external_name_key" ON "subscriptions" USING btree ("external_name",coalesce("team_id", '00000000-0000-0000-0000-000000000000'::uuid)) WHERE "subscriptions"."external_name" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_status_received_at_id_idx" ON "webhook_deliveries" USING btree ("status","received_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_team_id_status_received_at_id_idx" ON "webhook_deliveries" USING btree ("team_id","status","received_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_integration_id_status_received_at_id_idx" ON "webhook_deliveries" USING btree ("integration_id","status","received_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_unreadable_status_received_at_id_idx" ON "webhook_deliveries" USING btree ("status","received_at","id") WHERE "webhook_deliveries"."decision" ? 'unreadableEvents';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_alert_id_idx" ON "webhook_deliveries" USING btree ("alert_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_duplicate_of_idx" ON "webhook_deliveries" USING btree ("duplicate_of") WHERE "webhook_deliveries"."duplicate_of" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_replay_of_idx" ON "webhook_deliveries" USING btree ("replay_of") WHERE "webhook_deliveries"."replay_of" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_status_code_received_at_id_idx" ON "webhook_deliveries" USING btree ("status_code","received_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_idempotency_key_idx" ON "webhook_deliveries" USING btree ("idempotency_key" text_pattern_ops) WHERE "webhook_deliveries"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_content_fingerprint_received_at_id_idx" ON "webhook_deliveries" USING btree ((left("content_fingerprint", 16)) text_pattern_ops,"received_at","id") WHERE "webhook_deliveries"."content_fingerprint" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_error_idx" ON "webhook_deliveries" USING gin ("error" gin_trgm_ops) WHERE "webhook_deliveries"."error" is not null;--> statement-breakpoint
CREATE INDEX "silences_ends_at_id_idx" ON "silences" USING btree ("ends_at","id");--> statement-breakpoint
CREATE INDEX "silences_created_at_id_idx" ON "silences" USING btree ("created_at","id");--> statement-breakpoint
ALTER TABLE "alerts" SET (fillfactor = 90);--> statement-breakpoint
CREATE FUNCTION active_silences(at timestamptz) RETURNS jsonb[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  select array_agg(jsonb_build_object('id', id, 'teamId', team_id, 'endsAt', ends_at, 'matchers', (
    select jsonb_agg(matcher order by matcher -> 'isRegex', position)
    from jsonb_array_elements(matchers) with ordinality as one (matcher, position)
  )) order by id)
  from silences where ends_at > at and starts_at <= at
$$;--> statement-breakpoint
CREATE FUNCTION source_labels(metadata jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
declare
  labels jsonb := metadata -> 'labels';
  tags jsonb;
begin
  if jsonb_typeof(labels) = 'object' then
    return labels;
  end if;
  labels := case when jsonb_typeof(metadata) = 'object' then metadata else '{}' end;
  tags := metadata -> 'tags';
  if jsonb_typeof(tags) = 'object' then
    return labels || coalesce((
      select jsonb_object_agg(tag.key, tag.value) from jsonb_each(tags) as tag
      where jsonb_typeof(tag.value) in ('string', 'number', 'boolean')), '{}');
  elsif jsonb_typeof(tags) = 'array' then
    return labels || coalesce((
      select jsonb_object_agg(split_part(text, ':', 1), substr(text, position(':' in text) + 1) order by position desc)
      from (select tag #>> '{}' as text, position from jsonb_array_elements(tags) with ordinality as one (tag, position)
        where jsonb_typeof(tag) = 'string') as texts
      where position(':' in text) > 1), '{}');
  end if;
  return labels;
end $$;--> statement-breakpoint
CREATE FUNCTION alert_mute(
  active jsonb[], at timestamptz, snoozed_until timestamptz, team_id uuid, integration_id uuid, alert_key text,
  severity alert_severity, metadata jsonb
) RETURNS jsonb LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
declare
  until timestamptz := case when snoozed_until > at then snoozed_until end;
  silenced_by jsonb := '[]';
  team text := coalesce(team_id::text, '');
  labels jsonb;
  silence jsonb;
  matchers jsonb;
  matcher jsonb;
  label text;
begin
  if active is not null then
    labels := source_labels(metadata);
    <<silences>>
    foreach silence in array active loop
      continue when silence ->> 'teamId' <> team;
      matchers := silence -> 'matchers';
      for i in 0 .. jsonb_array_length(matchers) - 1 loop
        matcher := matchers -> i;
        label := matcher ->> 'name';
        if starts_with(label, 'tocsin_') then
          label := case label
            when 'tocsin_severity' then severity::text
            when 'tocsin_integration' then integration_id::text
            when 'tocsin_alert_key' then coalesce(alert_key, '')
            else coalesce(labels ->> label, '')
          end;
        else
          label := coalesce(labels ->> label, '');
        end if;
        if left(label, 1) in ('[', '{') and jsonb_typeof(labels -> (matcher ->> 'name')) in ('object', 'array') then
          label := '';
        end if;
        if (matcher -> 'isRegex')::boolean then
          continue silences when
            (label ~ ('^(?:' || (matcher ->> 'value') || ')$') collate "C") <> (matcher -> 'isEqual')::boolean;
        else
          continue silences when (label = matcher ->> 'value') <> (matcher -> 'isEqual')::boolean;
        end if;
      end loop;
      silenced_by := silenced_by || (silence -> 'id');
      until := least(until, (silence ->> 'endsAt')::timestamptz);
    end loop;
  end if;
  if until is null then
    return null;
  end if;
  return jsonb_build_object('until', until, 'silencedBy', silenced_by);
end $$;
