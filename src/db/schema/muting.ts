/**
 * The SQL functions of muting, which the migrations contain (`npm run db:check` compares). Lists, counts, the timeline, the Feed and
 * subscriptions share `alert_mute`. src/alerts/muting.ts says the same in TypeScript; a property test compares the two.
 *
 * - `active_silences(at)`: the silences that mute alerts at an instant; null without any, so that `alert_mute` then costs little.
 *   A statement computes it once: `(select active_silences(now()))`. Regular expressions come last: they cost most.
 * - `source_labels(metadata)`: the labels of the source, as `labelsOf` in src/alerts/labels.ts; values that are no scalars are no labels.
 * - `alert_mute(…)`: null for an alert that is not muted, else `{ until, silencedBy }`: when the first of the snooze and the matching
 *   silences ends, and the ids of those silences.
 */

const ACTIVE_SILENCES = `
CREATE FUNCTION active_silences(at timestamptz) RETURNS jsonb[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  select array_agg(jsonb_build_object('id', id, 'teamId', team_id, 'endsAt', ends_at, 'matchers', (
    select jsonb_agg(matcher order by matcher -> 'isRegex', position)
    from jsonb_array_elements(matchers) with ordinality as one (matcher, position)
  )) order by id)
  from silences where ends_at > at and starts_at <= at
$$;`;

const SOURCE_LABELS = `
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
end $$;`;

const ALERT_MUTE = `
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
end $$;`;

/** The statements that create the functions, in their order. */
export const MUTING_FUNCTIONS: readonly string[] = [ACTIVE_SILENCES, SOURCE_LABELS, ALERT_MUTE].map((one) =>
  one.trim(),
);
