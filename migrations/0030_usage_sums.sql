-- What is shown of usage is summed up by quarter of an hour, hour and day of UTC, so that a page does not read millions of rows.
-- Time zones differ from UTC by multiples of a quarter: a day of any zone is made of whole quarters, and mostly of hours.
--
-- `usage_tail` has what a change of `usage_events` adds to these sums, written by its transaction. A job moves the tail into
-- `usage_sums`, in one statement. So at any moment, in any order of commits, sums of any span and the tail together are the rows.
CREATE TABLE "usage_sums" (
  "minutes" smallint NOT NULL,
  "starts_at" timestamp with time zone NOT NULL,
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "user_id" text NOT NULL,
  "key_id" uuid,
  "provider" text NOT NULL,
  "model" text NOT NULL,
  "project_id" uuid,
  "purpose" text NOT NULL,
  "requests" bigint NOT NULL,
  "unpriced" bigint NOT NULL,
  "at_least" bigint NOT NULL,
  "input_tokens" bigint NOT NULL,
  "cached_input_tokens" bigint NOT NULL,
  "cache_write_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "reasoning_tokens" bigint NOT NULL,
  "cost_micro_usd" bigint NOT NULL,
  CONSTRAINT "usage_sums_once" UNIQUE NULLS NOT DISTINCT("owner_kind","owner_id","minutes","starts_at","user_id","key_id","provider","model","project_id","purpose")
) WITH (fillfactor = 85);
--> statement-breakpoint
CREATE INDEX "usage_sums_user_id_starts_at_idx" ON "usage_sums" USING btree ("user_id","minutes","starts_at");
--> statement-breakpoint
CREATE TABLE "usage_tail" (
  "starts_at" timestamp with time zone NOT NULL,
  "owner_kind" text NOT NULL,
  "owner_id" text NOT NULL,
  "user_id" text NOT NULL,
  "key_id" uuid,
  "provider" text NOT NULL,
  "model" text NOT NULL,
  "project_id" uuid,
  "purpose" text NOT NULL,
  "requests" bigint NOT NULL,
  "unpriced" bigint NOT NULL,
  "at_least" bigint NOT NULL,
  "input_tokens" bigint NOT NULL,
  "cached_input_tokens" bigint NOT NULL,
  "cache_write_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "reasoning_tokens" bigint NOT NULL,
  "cost_micro_usd" bigint NOT NULL
);
--> statement-breakpoint
-- A project's id stays on what was used for it, like a person's and a key's: what was deleted stays apart from other usage,
-- sums stay as they are, and deleting a project does not rewrite years of rows.
ALTER TABLE "usage_events" DROP CONSTRAINT "usage_events_project_id_projects_id_fk";
--> statement-breakpoint
-- `gone` and `come` are the rows before and after, of all rows a statement changed.
CREATE FUNCTION tally_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO usage_tail
    SELECT date_bin('15 minutes', at, '2000-01-01T00:00:00Z'), owner_kind, owner_id, user_id, key_id, provider, model, project_id, purpose,
      -sum(coalesce(requests, 1)), -coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost_micro_usd IS NULL), 0),
      -coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost_source IN ('partial', 'floor')), 0),
      -sum(coalesce(input_tokens, 0)), -sum(coalesce(cached_input_tokens, 0)), -sum(coalesce(cache_write_tokens, 0)),
      -sum(coalesce(output_tokens, 0)), -sum(coalesce(reasoning_tokens, 0)), -sum(coalesce(cost_micro_usd, 0))
    FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO usage_tail
    SELECT date_bin('15 minutes', at, '2000-01-01T00:00:00Z'), owner_kind, owner_id, user_id, key_id, provider, model, project_id, purpose,
      sum(coalesce(requests, 1)), coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost_micro_usd IS NULL), 0),
      coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost_source IN ('partial', 'floor')), 0),
      sum(coalesce(input_tokens, 0)), sum(coalesce(cached_input_tokens, 0)), sum(coalesce(cache_write_tokens, 0)),
      sum(coalesce(output_tokens, 0)), sum(coalesce(reasoning_tokens, 0)), sum(coalesce(cost_micro_usd, 0))
    FROM come GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tally_inserted_usage AFTER INSERT ON "usage_events"
  REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION tally_usage();
--> statement-breakpoint
CREATE TRIGGER tally_changed_usage AFTER UPDATE ON "usage_events"
  REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION tally_usage();
--> statement-breakpoint
CREATE TRIGGER tally_deleted_usage AFTER DELETE ON "usage_events"
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tally_usage();
--> statement-breakpoint
-- TRUNCATE has no old rows to subtract.
CREATE FUNCTION forget_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE usage_sums, usage_tail;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER forget_truncated_usage AFTER TRUNCATE ON "usage_events" FOR EACH STATEMENT EXECUTE FUNCTION forget_usage();
--> statement-breakpoint
-- The rows of before. Nobody adds one meanwhile: making the triggers holds the table until this is committed.
INSERT INTO usage_sums
SELECT minutes, date_bin(minutes * interval '1 minute', at, '2000-01-01T00:00:00Z'), owner_kind, owner_id, user_id, key_id, provider, model, project_id, purpose,
  sum(coalesce(requests, 1)), coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost_micro_usd IS NULL), 0),
  coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost_source IN ('partial', 'floor')), 0),
  sum(coalesce(input_tokens, 0)), sum(coalesce(cached_input_tokens, 0)), sum(coalesce(cache_write_tokens, 0)),
  sum(coalesce(output_tokens, 0)), sum(coalesce(reasoning_tokens, 0)), sum(coalesce(cost_micro_usd, 0))
FROM usage_events CROSS JOIN (VALUES (15), (60), (1440)) AS spans(minutes) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
--> statement-breakpoint
-- Nothing is left of what a deleted person's own keys paid, the sums neither. While nobody folds: the lock of
-- src/domain/spending/reports/fold-usage.ts.
CREATE OR REPLACE FUNCTION forget_what_a_person_owned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM usage_events WHERE owner_kind = 'person' AND owner_id = OLD.id;
  PERFORM pg_advisory_xact_lock(7261030);
  DELETE FROM usage_tail WHERE owner_kind = 'person' AND owner_id = OLD.id;
  DELETE FROM usage_sums WHERE owner_kind = 'person' AND owner_id = OLD.id;
  DELETE FROM notifications WHERE owner_kind = 'person' AND owner_id = OLD.id;
  RETURN NULL;
END $$;
