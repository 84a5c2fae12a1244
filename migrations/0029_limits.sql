-- Limits: what may be spent, by whom, in which time (docs/decisions/0038-limits.md). A limit belongs to the owner of the keys it counts.
CREATE TABLE "limits" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "scope_kind" text NOT NULL,
  "scope_id" text DEFAULT '' NOT NULL,
  "payer" text NOT NULL,
  "measure" text NOT NULL,
  "amount" bigint NOT NULL,
  "period" text NOT NULL,
  "time_zone" text NOT NULL,
  "week_start" smallint DEFAULT 1 NOT NULL,
  "hard" boolean NOT NULL,
  "thresholds" integer[] DEFAULT '{50,80,100}' NOT NULL,
  "fallback_input" bigint,
  "fallback_output" bigint,
  "created_by" text NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "limits_amount" CHECK ("amount" >= 0),
  CONSTRAINT "limits_week_start" CHECK ("week_start" BETWEEN 1 AND 7),
  CONSTRAINT "limits_fallback" CHECK (("fallback_input" IS NULL) = ("fallback_output" IS NULL) AND "fallback_input" >= 0 AND "fallback_output" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX "limits_one_of_a_kind" ON "limits" USING btree ("owner_kind","owner_id","scope_kind","scope_id","measure","period");
--> statement-breakpoint
-- Without a foreign key: recording usage must not fail because a limit is deleted at the same moment. The sweeper removes what is left.
CREATE TABLE "limit_windows" (
  "limit_id" uuid NOT NULL,
  "subject" text DEFAULT '' NOT NULL,
  "starts_at" timestamp with time zone NOT NULL,
  "ends_at" timestamp with time zone,
  "spent" bigint DEFAULT 0 NOT NULL,
  "reserved" bigint DEFAULT 0 NOT NULL,
  "raised" bigint DEFAULT 0 NOT NULL,
  CONSTRAINT "limit_windows_limit_id_subject_starts_at_pk" PRIMARY KEY("limit_id","subject","starts_at"),
  CONSTRAINT "limit_windows_not_negative" CHECK ("spent" >= 0 AND "reserved" >= 0 AND "raised" >= 0)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE "reservations" (
  "id" uuid PRIMARY KEY NOT NULL,
  "run_id" uuid,
  "server_id" uuid,
  "holds" jsonb NOT NULL,
  "floor" jsonb NOT NULL,
  "held_until" timestamp with time zone NOT NULL,
  "state" text DEFAULT 'held' NOT NULL
);
--> statement-breakpoint
CREATE INDEX "reservations_held_until_idx" ON "reservations" USING btree ("held_until");
--> statement-breakpoint
-- The first instant of a local time: a time that comes twice, when clocks go back, begins with its first.
CREATE FUNCTION first_instant(p_local timestamp, p_zone text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN ((p_local AT TIME ZONE p_zone) - interval '1 hour') AT TIME ZONE p_zone = p_local
    THEN (p_local AT TIME ZONE p_zone) - interval '1 hour' ELSE p_local AT TIME ZONE p_zone END
$$;
--> statement-breakpoint
-- The calendar period around a moment, in a time zone. All of a limit's figures belong to one of these.
CREATE FUNCTION limit_window(p_period text, p_zone text, p_week_start integer, p_at timestamptz, OUT starts_at timestamptz, OUT ends_at timestamptz)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  at_place timestamp := p_at AT TIME ZONE p_zone;
  first timestamp;
BEGIN
  CASE p_period
    WHEN 'total' THEN
      starts_at := 'epoch';
    WHEN 'minute' THEN
      starts_at := date_trunc('minute', p_at, 'UTC');
      ends_at := starts_at + interval '1 minute';
    WHEN 'day', 'week', 'month' THEN
      first := date_trunc(CASE p_period WHEN 'month' THEN 'month' ELSE 'day' END, at_place);
      IF p_period = 'week' THEN
        first := first - ((extract(isodow FROM at_place)::integer - p_week_start + 7) % 7) * interval '1 day';
      END IF;
      starts_at := first_instant(first, p_zone);
      ends_at := first_instant(first + CASE p_period WHEN 'day' THEN interval '1 day' WHEN 'week' THEN interval '7 days' ELSE interval '1 month' END, p_zone);
  END CASE;
END $$;
--> statement-breakpoint
-- The limits that count a request of this person with this owner's key. A person's own allowance takes the place of everybody's,
-- which goes on counting.
CREATE FUNCTION limits_of_request(p_user text, p_owner_kind text, p_owner_id text, p_key uuid)
RETURNS TABLE (id uuid, subject text, is_enforced boolean, hard boolean, measure text, amount bigint, period text, time_zone text, week_start smallint,
  scope_kind text, thresholds integer[], fallback_input bigint, fallback_output bigint)
LANGUAGE sql STABLE AS $$
  SELECT l.id, CASE l.scope_kind WHEN 'each_person' THEN p_user ELSE '' END,
    NOT (l.scope_kind = 'each_person' AND EXISTS (
      SELECT 1 FROM limits o WHERE o.owner_kind = l.owner_kind AND o.owner_id = l.owner_id AND o.scope_kind = 'person' AND o.scope_id = p_user
        AND o.measure = l.measure AND o.period = l.period)),
    l.hard, l.measure, l.amount, l.period, l.time_zone, l.week_start, l.scope_kind, l.thresholds, l.fallback_input, l.fallback_output
  FROM limits l
  WHERE l.owner_kind = p_owner_kind AND l.owner_id = p_owner_id
    AND (l.scope_kind IN ('installation', 'each_person') OR (l.scope_kind = 'person' AND l.scope_id = p_user)
      OR (l.scope_kind = 'key' AND l.scope_id = p_key::text))
$$;
--> statement-breakpoint
-- Held in common by whoever counts, alone by whoever makes a limit of this owner: its first figure is then neither short nor double.
CREATE FUNCTION counting_lock(p_owner_kind text, p_owner_id text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT hashtext(p_owner_kind || ':' || p_owner_id)
$$;
--> statement-breakpoint
-- What a request adds to a limit: nothing if it was not sent. Of what is not known, what was held counts, unless the request failed.
CREATE FUNCTION counted_for_limit(p_measure text, p_cost bigint, p_input bigint, p_output bigint, p_requests integer, p_outcome text,
  p_fallback_input bigint, p_fallback_output bigint, p_held bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_requests = 0 THEN 0 ELSE least(1000000000000000, greatest(0, CASE p_measure
    WHEN 'micro_usd' THEN coalesce(
      p_cost,
      ceil((p_input::numeric * p_fallback_input + p_output::numeric * p_fallback_output) / 1000000)::bigint,
      CASE WHEN p_outcome <> 'failed' THEN p_held END,
      0)
    WHEN 'tokens' THEN CASE WHEN coalesce(p_input, p_output) IS NULL AND p_outcome <> 'failed' THEN coalesce(p_held, 0)
      ELSE coalesce(p_input, 0) + coalesce(p_output, 0) END
    WHEN 'requests' THEN coalesce(p_requests, 1)
    ELSE 0 END))::bigint END
$$;
--> statement-breakpoint
-- Holds what a request may take at most, in each hard limit it counts for, or in none. Windows are held in the order of their ids.
-- Answers `held` (the measures), or `short` with the figures of all limits, or `unpriced`.
-- Its statements are planned once, and not compiled: that would take longer than all the rest.
CREATE FUNCTION reserve_limits(p_id uuid, p_at timestamptz, p_user text, p_owner_kind text, p_owner_id text, p_key uuid, p_run uuid, p_server uuid,
  p_micro_usd bigint, p_input bigint, p_output bigint, p_hold_seconds integer, p_floor jsonb) RETURNS jsonb LANGUAGE plpgsql
SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  l record;
  w limit_windows;
  need bigint;
  holds jsonb := '[]';
  figures jsonb := '[]';
  is_short boolean := false;
BEGIN
  -- Lost with a crash of the database, it holds nothing back that would be spent: what is spent is written when it ends.
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_xact_lock_shared(29, counting_lock(p_owner_kind, p_owner_id));
  FOR l IN
    SELECT r.*, b.starts_at, b.ends_at FROM limits_of_request(p_user, p_owner_kind, p_owner_id, p_key) r
      CROSS JOIN LATERAL limit_window(r.period, r.time_zone, r.week_start, p_at) b
    WHERE r.hard AND r.is_enforced ORDER BY r.id, r.subject
  LOOP
    need := CASE l.measure
      WHEN 'micro_usd' THEN coalesce(p_micro_usd, ceil((p_input::numeric * l.fallback_input + p_output::numeric * l.fallback_output) / 1000000)::bigint)
      WHEN 'tokens' THEN p_input + p_output
      ELSE 1 END;
    IF need IS NULL THEN
      RETURN jsonb_build_object('unpriced', l.id);
    END IF;
    SELECT * INTO w FROM limit_windows x WHERE x.limit_id = l.id AND x.subject = l.subject AND x.starts_at = l.starts_at FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO limit_windows (limit_id, subject, starts_at, ends_at) VALUES (l.id, l.subject, l.starts_at, l.ends_at) ON CONFLICT DO NOTHING;
      SELECT * INTO w FROM limit_windows x WHERE x.limit_id = l.id AND x.subject = l.subject AND x.starts_at = l.starts_at FOR UPDATE;
    END IF;
    is_short := is_short OR w.spent::numeric + w.reserved + need > l.amount::numeric + w.raised;
    holds := holds || jsonb_build_object('limit', l.id, 'subject', l.subject, 'startsAt', l.starts_at, 'amount', need);
    figures := figures || jsonb_build_object('id', l.id, 'scope', l.scope_kind, 'isPlatforms', p_owner_kind = 'installation', 'measure', l.measure, 'period', l.period, 'amount', l.amount,
      'spent', w.spent, 'reserved', w.reserved, 'raised', w.raised, 'need', need, 'startsAt', l.starts_at, 'endsAt', l.ends_at, 'timeZone', l.time_zone,
      'fallbackInput', l.fallback_input, 'fallbackOutput', l.fallback_output);
  END LOOP;
  -- Asked again, because its answer was lost: it is held.
  IF is_short AND NOT EXISTS (SELECT 1 FROM reservations WHERE reservations.id = p_id AND state = 'held') THEN
    RETURN jsonb_build_object('short', figures);
  END IF;
  IF holds = '[]' THEN
    RETURN jsonb_build_object('held', holds);
  END IF;
  INSERT INTO reservations (id, run_id, server_id, holds, floor, held_until)
    VALUES (p_id, p_run, p_server, holds, p_floor, now() + make_interval(secs => p_hold_seconds)) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    UPDATE limit_windows x SET reserved = x.reserved + h.amount
      FROM jsonb_to_recordset(holds) AS h("limit" uuid, subject text, "startsAt" timestamptz, amount bigint)
      WHERE x.limit_id = h."limit" AND x.subject = h.subject AND x.starts_at = h."startsAt";
  END IF;
  RETURN jsonb_build_object('held', (SELECT jsonb_agg(f->>'measure') FROM jsonb_array_elements(figures) f));
END $$;
--> statement-breakpoint
-- Gives back what was held for a request that was not sent, or that its provider refused. Once; what is settled stays.
CREATE FUNCTION release_reservation(p_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  freed jsonb;
  h record;
BEGIN
  UPDATE reservations SET state = 'released' WHERE id = p_id AND state = 'held' RETURNING holds INTO freed;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  FOR h IN
    SELECT * FROM jsonb_to_recordset(freed) AS x("limit" uuid, subject text, "startsAt" timestamptz, amount bigint) ORDER BY x."limit", x.subject, x."startsAt"
  LOOP
    UPDATE limit_windows w SET reserved = greatest(w.reserved - h.amount, 0)
      WHERE w.limit_id = h."limit" AND w.subject = h.subject AND w.starts_at = h."startsAt";
  END LOOP;
  RETURN true;
END $$;
--> statement-breakpoint
-- Tells the owner of a limit, and whom an allowance is for, that a share of it is used: the highest that was crossed.
CREATE FUNCTION tell_limit_threshold(w limit_windows, p_added bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  l limits;
  allowed numeric;
  crossed integer;
  person text;
BEGIN
  SELECT * INTO l FROM limits WHERE id = w.limit_id;
  allowed := l.amount::numeric + w.raised;
  SELECT max(t) INTO crossed FROM unnest(l.thresholds) t
    WHERE w.spent::numeric * 100 >= allowed * t AND (w.spent - p_added)::numeric * 100 < allowed * t;
  IF crossed IS NULL THEN
    RETURN;
  END IF;
  person := CASE WHEN l.payer = 'platform' THEN CASE l.scope_kind WHEN 'each_person' THEN w.subject WHEN 'person' THEN l.scope_id END END;
  INSERT INTO notifications (owner_kind, owner_id, kind, dedupe_key, detail)
    SELECT told.kind, told.id, 'limit_threshold',
      concat_ws(':', l.id, w.subject, extract(epoch FROM w.starts_at)::bigint, crossed),
      jsonb_build_object('limitId', l.id, 'threshold', crossed, 'scope', l.scope_kind, 'scopeId', CASE l.scope_kind WHEN 'each_person' THEN w.subject ELSE l.scope_id END,
        'payer', l.payer, 'measure', l.measure, 'period', l.period, 'amount', allowed, 'spent', w.spent, 'hard', l.hard,
        'resetsAt', to_char(w.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    FROM (VALUES (l.owner_kind, l.owner_id), ('person', person)) AS told(kind, id)
    WHERE told.kind <> 'person' OR EXISTS (SELECT 1 FROM "user" WHERE "user".id = told.id)
  ON CONFLICT DO NOTHING;
END $$;
--> statement-breakpoint
-- Held before a row is written, and so before the row of its run goes, which others may have to prolong meanwhile. After
-- "name_owner_of_usage", whose name comes first.
CREATE FUNCTION take_counting_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(29, counting_lock(NEW.owner_kind, NEW.owner_id));
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER take_counting_lock BEFORE INSERT ON "usage_events" FOR EACH ROW EXECUTE FUNCTION take_counting_lock();
--> statement-breakpoint
-- Whoever writes usage settles it, once, in the same transaction: what was held is given back, what was used is counted.
CREATE FUNCTION settle_usage() RETURNS trigger LANGUAGE plpgsql
SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  settled jsonb;
  m record;
  w limit_windows;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM limits) THEN
    RETURN NULL;
  END IF;
  WITH changed AS (
    UPDATE reservations r SET state = 'settled' FROM recorded n WHERE r.id = n.id AND r.state = 'held' RETURNING r.id, r.holds
  )
  SELECT coalesce(jsonb_agg(h.value || jsonb_build_object('id', c.id)), '[]') INTO settled FROM changed c CROSS JOIN LATERAL jsonb_array_elements(c.holds) h;
  FOR m IN
    WITH held AS (
      SELECT h.id, h."limit" AS limit_id, h.subject, h."startsAt" AS starts_at, h.amount
      FROM jsonb_to_recordset(settled) AS h(id uuid, "limit" uuid, subject text, "startsAt" timestamptz, amount bigint)
    ), moved AS (
      SELECT l.id AS limit_id, l.subject, b.starts_at, b.ends_at, l.is_enforced AND l.period <> 'minute' AS is_told, 0::bigint AS freed,
        counted_for_limit(l.measure, n.cost_micro_usd, n.input_tokens, n.output_tokens, n.requests, n.outcome, l.fallback_input, l.fallback_output, h.amount) AS added
      FROM recorded n
      CROSS JOIN LATERAL limits_of_request(n.user_id, n.owner_kind, n.owner_id, n.key_id) l
      CROSS JOIN LATERAL limit_window(l.period, l.time_zone, l.week_start, n.at) b
      LEFT JOIN held h ON h.id = n.id AND h.limit_id = l.id AND h.subject = l.subject
      UNION ALL
      SELECT h.limit_id, h.subject, h.starts_at, NULL, false, h.amount, 0 FROM held h WHERE EXISTS (SELECT 1 FROM limits WHERE limits.id = h.limit_id)
    )
    SELECT moved.limit_id, moved.subject, moved.starts_at, max(moved.ends_at) AS ends_at, bool_or(moved.is_told) AS is_told,
      sum(moved.freed)::bigint AS freed, sum(moved.added)::bigint AS added
    FROM moved GROUP BY 1, 2, 3 HAVING sum(moved.freed) > 0 OR sum(moved.added) > 0 ORDER BY 1, 2, 3
  LOOP
    INSERT INTO limit_windows AS x (limit_id, subject, starts_at, ends_at, spent) VALUES (m.limit_id, m.subject, m.starts_at, m.ends_at, m.added)
      ON CONFLICT (limit_id, subject, starts_at) DO UPDATE SET spent = x.spent + EXCLUDED.spent, reserved = greatest(x.reserved - m.freed, 0)
      RETURNING * INTO w;
    IF m.is_told AND m.added > 0 THEN
      PERFORM tell_limit_threshold(w, m.added);
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER settle_usage AFTER INSERT ON "usage_events" REFERENCING NEW TABLE AS recorded FOR EACH STATEMENT EXECUTE FUNCTION settle_usage();
--> statement-breakpoint
-- What is recorded of a request takes the place of what another server had recorded at least, because it thought that its run was
-- dead: limits get the difference.
CREATE FUNCTION resettle_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  m record;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM come) OR NOT EXISTS (SELECT 1 FROM limits) THEN
    RETURN NULL;
  END IF;
  FOR m IN
    WITH moved AS (
      SELECT l.id AS limit_id, l.subject, b.starts_at, b.ends_at, n.sign *
        counted_for_limit(l.measure, n.cost_micro_usd, n.input_tokens, n.output_tokens, n.requests, n.outcome, l.fallback_input, l.fallback_output, NULL) AS added
      FROM (SELECT 1 AS sign, come.* FROM come UNION ALL SELECT -1, gone.* FROM gone) n
      CROSS JOIN LATERAL limits_of_request(n.user_id, n.owner_kind, n.owner_id, n.key_id) l
      CROSS JOIN LATERAL limit_window(l.period, l.time_zone, l.week_start, n.at) b
    )
    SELECT limit_id, subject, starts_at, max(ends_at) AS ends_at, sum(added)::bigint AS added
    FROM moved GROUP BY 1, 2, 3 HAVING sum(added) <> 0 ORDER BY 1, 2, 3
  LOOP
    INSERT INTO limit_windows AS x (limit_id, subject, starts_at, ends_at, spent) VALUES (m.limit_id, m.subject, m.starts_at, m.ends_at, greatest(m.added, 0))
      ON CONFLICT (limit_id, subject, starts_at) DO UPDATE SET spent = greatest(x.spent + m.added, 0);
  END LOOP;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER resettle_usage AFTER UPDATE ON "usage_events"
  REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION resettle_usage();
--> statement-breakpoint
-- A new limit begins with what its running window has used. Its caller holds the counting lock alone, so it reads sums: whole days,
-- the quarters before the first of them, and what is not summed up yet (migration 0030). Only what a limit prices itself, and a
-- minute, is read from the rows.
CREATE FUNCTION count_running_window(p_limit uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  l limits;
  w record;
  first_day timestamptz;
BEGIN
  SELECT * INTO l FROM limits WHERE id = p_limit;
  SELECT * INTO w FROM limit_window(l.period, l.time_zone, l.week_start, now());
  first_day := date_bin('1 day', w.starts_at + interval '1 day' - interval '1 microsecond', '2000-01-01T00:00:00Z');
  INSERT INTO limit_windows (limit_id, subject, starts_at, ends_at, spent)
  SELECT l.id, CASE l.scope_kind WHEN 'each_person' THEN n.user_id ELSE '' END, w.starts_at, w.ends_at,
    least(1000000000000000, greatest(0, sum(CASE l.measure WHEN 'micro_usd' THEN n.cost_micro_usd WHEN 'tokens' THEN n.tokens WHEN 'requests' THEN n.requests ELSE 0 END)))
  FROM (
    SELECT s.user_id, s.key_id, s.cost_micro_usd, s.input_tokens + s.output_tokens AS tokens, s.requests
    FROM usage_sums s WHERE l.period <> 'minute' AND s.owner_kind = l.owner_kind AND s.owner_id = l.owner_id
      AND ((s.minutes = 1440 AND s.starts_at >= first_day) OR (s.minutes = 15 AND s.starts_at >= w.starts_at AND s.starts_at < first_day))
    UNION ALL
    SELECT t.user_id, t.key_id, t.cost_micro_usd, t.input_tokens + t.output_tokens, t.requests
    FROM usage_tail t WHERE l.period <> 'minute' AND t.owner_kind = l.owner_kind AND t.owner_id = l.owner_id AND t.starts_at >= w.starts_at
    UNION ALL
    SELECT e.user_id, e.key_id,
      counted_for_limit('micro_usd', e.cost_micro_usd, e.input_tokens, e.output_tokens, e.requests, e.outcome, l.fallback_input, l.fallback_output, NULL),
      coalesce(e.input_tokens, 0) + coalesce(e.output_tokens, 0), coalesce(e.requests, 1)
    FROM usage_events e WHERE (l.period = 'minute' OR (l.measure = 'micro_usd' AND l.fallback_input IS NOT NULL AND e.cost_micro_usd IS NULL))
      AND e.owner_kind = l.owner_kind AND e.owner_id = l.owner_id AND e.at >= w.starts_at
  ) n
  WHERE CASE l.scope_kind WHEN 'person' THEN n.user_id = l.scope_id WHEN 'key' THEN n.key_id = l.scope_id::uuid ELSE true END
  GROUP BY 2;
END $$;
--> statement-breakpoint
-- Settles one request whose run is gone, at what is certain: its input. A run that lives keeps what it holds, for its row in `runs`
-- is prolonged; whoever settles dead runs has seen more of them, and goes first. The order of locks is that of all who record: the
-- person, the usage row, the counting lock, the reservation, windows. That several servers do it at once is harmless.
CREATE FUNCTION sweep_reservation(p_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  r reservations;
BEGIN
  SELECT * INTO r FROM reservations x WHERE x.id = p_id AND x.state = 'held' AND x.held_until <= now()
    AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.run_id = x.run_id AND runs.expires_at > now() - interval '22 seconds');
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  -- What their own key paid goes with a person.
  IF r.floor->>'owner_kind' = 'person' THEN
    PERFORM 1 FROM "user" WHERE "user".id = r.floor->>'owner_id' FOR KEY SHARE;
  END IF;
  IF r.floor->>'owner_kind' <> 'person' OR FOUND THEN
    INSERT INTO usage_events (id, at, user_id, owner_kind, owner_id, project_id, message_id, thread_id, purpose, round, key_provider, provider, model,
      key_id, key_label, key_last4, outcome, input_tokens, output_tokens, cost_micro_usd, cost_source, requests, duration_ms)
    SELECT r.id, f.at, f.user_id, f.owner_kind, f.owner_id, f.project_id, f.message_id, f.thread_id, f.purpose, f.round, f.key_provider,
      f.provider, f.model, f.key_id, f.key_label, f.key_last4, 'aborted', f.input_tokens, 0, f.cost_micro_usd,
      CASE WHEN f.cost_micro_usd IS NOT NULL THEN 'floor' END, 1, 0
    FROM jsonb_to_record(r.floor) AS f(at timestamptz, user_id text, owner_kind text, owner_id text, project_id uuid, message_id text, thread_id uuid,
      purpose text, round integer, key_provider text, provider text, model text, key_id uuid, key_label text, key_last4 text, input_tokens integer, cost_micro_usd bigint)
    ON CONFLICT DO NOTHING;
  END IF;
  -- It was recorded and not settled: there was no limit at that moment.
  PERFORM release_reservation(r.id);
  RETURN true;
END $$;
--> statement-breakpoint
CREATE FUNCTION forget_limits_of_a_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM limits WHERE (owner_kind = 'person' AND owner_id = OLD.id) OR (scope_kind = 'person' AND scope_id = OLD.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER forget_limits_of_a_person AFTER DELETE ON "user" FOR EACH ROW EXECUTE FUNCTION forget_limits_of_a_person();
--> statement-breakpoint
CREATE FUNCTION forget_limits_of_a_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM limits WHERE owner_kind = 'person' AND owner_id = OLD.user_id AND scope_kind = 'key' AND scope_id = OLD.id::text;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER forget_limits_of_a_key AFTER DELETE ON "user_ai_api_keys" FOR EACH ROW EXECUTE FUNCTION forget_limits_of_a_key();
