-- Records become links of a chain (docs/decisions/0019-audit-chain.md). A record is written first and chained a moment later,
-- so seq, mac and mac_key_id come together, once.
ALTER TABLE "audit_events" ADD COLUMN "seq" bigint;
--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "mac" text;
--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "mac_key_id" text;
--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_seq_unique" UNIQUE("seq");
--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_chained_whole" CHECK (num_nulls("seq", "mac", "mac_key_id") in (0, 3));
--> statement-breakpoint
-- Twice what the application allows, because jsonb prints spaces that JSON does not need.
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_detail_size" CHECK (octet_length("detail"::text) <= 131072);
--> statement-breakpoint
CREATE INDEX "audit_events_unchained_idx" ON "audit_events" USING btree ("at","id") WHERE "audit_events"."seq" is null;
--> statement-breakpoint
CREATE TABLE "audit_chain" (
  "id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
  "seq" bigint NOT NULL,
  "mac" text NOT NULL,
  CONSTRAINT "audit_chain_one_row" CHECK ("audit_chain"."id" = 1)
);
--> statement-breakpoint
-- Nothing is chained yet.
INSERT INTO "audit_chain" ("seq", "mac") VALUES (0, '');
--> statement-breakpoint
-- Stops mistakes and whoever may write rows but not change the schema. The owner of the table can disable triggers; that is
-- what the MACs are for. OA001 is a code of our own: SQL leaves classes that begin with I to Z to applications.
CREATE FUNCTION "audit_events_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
    RAISE EXCEPTION USING ERRCODE = 'OA001',
      MESSAGE = 'audit_events is append-only: records are never deleted';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.seq IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'OA001',
        MESSAGE = 'audit_events is append-only: a record is written without a seq and gets its place when it is chained';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.seq IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'OA001',
      MESSAGE = 'audit_events is append-only: a chained record is never changed';
  END IF;
  -- As text, because jsonb takes 1 and 1.0 for equal; the whole row, so that later columns are covered.
  IF (to_jsonb(NEW) - ARRAY['seq', 'mac', 'mac_key_id'])::text <> (to_jsonb(OLD) - ARRAY['seq', 'mac', 'mac_key_id'])::text THEN
    RAISE EXCEPTION USING ERRCODE = 'OA001',
      MESSAGE = 'audit_events is append-only: chaining may set seq, mac and mac_key_id and nothing else';
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_events_append_only" BEFORE INSERT OR UPDATE OR DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "audit_events_append_only"();
--> statement-breakpoint
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_events_append_only"();
--> statement-breakpoint
CREATE FUNCTION "audit_chain_forward_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
    RAISE EXCEPTION USING ERRCODE = 'OA001', MESSAGE = 'the head of the audit chain is never deleted';
  END IF;
  IF NEW.seq < OLD.seq THEN
    RAISE EXCEPTION USING ERRCODE = 'OA001', MESSAGE = 'the head of the audit chain only moves forward';
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_chain_forward_only" BEFORE UPDATE OR DELETE ON "audit_chain"
  FOR EACH ROW EXECUTE FUNCTION "audit_chain_forward_only"();
--> statement-breakpoint
CREATE TRIGGER "audit_chain_no_truncate" BEFORE TRUNCATE ON "audit_chain"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_chain_forward_only"();
