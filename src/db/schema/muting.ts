/**
 * The SQL functions of muting, which the migrations contain (`npm run db:check` compares). Lists, counts, the timeline, the Feed and
 * subscriptions share `alert_mute`. src/alerts/muting.ts says the same in TypeScript; a property test compares the two.
 *
 * - `active_silences(at)`: the silences that mute alerts at an instant; null without any, so that `alert_mute` then costs little.
 *   A statement computes it once: `(select active_silences(now()))`.
 * - `alert_label(…)`: the value of one label of an alert, as `labelsOf` in src/alerts/labels.ts; empty for a missing label.
 * - `alert_mute(…)`: null for an alert that is not muted, else `{ until, silencedBy }`: when the first of the snooze and the matching
 *   silences ends, and the ids of those silences.
 */

const ACTIVE_SILENCES = `
CREATE FUNCTION active_silences(at timestamptz) RETURNS jsonb[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  select array_agg(jsonb_build_object('id', id, 'teamId', team_id, 'endsAt', ends_at, 'matchers', matchers) order by id)
  from silences where ends_at > at and starts_at <= at
$$;`;

const ALERT_LABEL = `
CREATE FUNCTION alert_label(
  name text, integration_id uuid, alert_key text, severity alert_severity, metadata jsonb
) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
declare
  found jsonb;
begin
  case name
    when 'tocsin_severity' then return severity::text;
    when 'tocsin_integration' then return integration_id::text;
    when 'tocsin_alert_key' then return coalesce(alert_key, '');
    else null;
  end case;
  found := metadata -> 'labels';
  if jsonb_typeof(found) = 'object' then
    found := found -> name;
  else
    found := metadata -> 'tags';
    if jsonb_typeof(found) = 'array' and name <> '' and position(':' in name) = 0 then
      for found in select tag from jsonb_array_elements(found) as tag loop
        if jsonb_typeof(found) = 'string' and starts_with(found #>> '{}', name || ':') then
          return substr(found #>> '{}', length(name) + 2);
        end if;
      end loop;
      found := null;
    elsif jsonb_typeof(found) = 'object' then
      found := found -> name;
    else
      found := null;
    end if;
    if found is null or jsonb_typeof(found) in ('null', 'object', 'array') then
      found := metadata -> name;
    end if;
  end if;
  if jsonb_typeof(found) in ('string', 'number', 'boolean') then
    return found #>> '{}';
  end if;
  return '';
end $$;`;

const ALERT_MUTE = `
CREATE FUNCTION alert_mute(
  active jsonb[], at timestamptz, snoozed_until timestamptz, team_id uuid, integration_id uuid, alert_key text,
  severity alert_severity, metadata jsonb
) RETURNS jsonb LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
declare
  until timestamptz := case when snoozed_until > at then snoozed_until end;
  silenced_by jsonb := '[]';
  silence jsonb;
  matcher jsonb;
  label text;
begin
  if active is not null then
    <<silences>>
    foreach silence in array active loop
      continue when (silence ->> 'teamId') <> coalesce(team_id::text, '');
      for i in 0 .. jsonb_array_length(silence -> 'matchers') - 1 loop
        matcher := silence -> 'matchers' -> i;
        label := alert_label(matcher ->> 'name', integration_id, alert_key, severity, metadata);
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
end $$;`;

/** The statements that create the functions, in their order. */
export const MUTING_FUNCTIONS: readonly string[] = [ACTIVE_SILENCES, ALERT_LABEL, ALERT_MUTE].map((one) => one.trim());
