-- What a large vault held when it was counted last: counting takes longer the more there is, and people look often.
CREATE TABLE "vault_counts" (
  "id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
  "counts" jsonb NOT NULL,
  "took_ms" integer NOT NULL,
  "counted_at" timestamp with time zone NOT NULL,
  CONSTRAINT "vault_counts_one_row" CHECK (id = 1)
);
--> statement-breakpoint
-- A batch of a rotation leaves a record with the ids of its rows. Random ids do not get smaller, so that to try is for nothing.
ALTER TABLE "audit_events" ALTER COLUMN "detail" SET STORAGE EXTERNAL;
