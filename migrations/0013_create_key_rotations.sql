-- Rotations and verifications of the vault; at most one runs.
CREATE TABLE "key_rotations" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "kind" text NOT NULL,
  "dry_run" boolean NOT NULL,
  "state" text DEFAULT 'running' NOT NULL,
  "key_encryption_key_id" text NOT NULL,
  "rows_per_second" integer,
  "step" integer DEFAULT 0 NOT NULL,
  "cursor" text,
  "total" bigint DEFAULT 0 NOT NULL,
  "done" bigint DEFAULT 0 NOT NULL,
  "changed" bigint DEFAULT 0 NOT NULL,
  "unreadable" bigint DEFAULT 0 NOT NULL,
  "worked_ms" bigint DEFAULT 0 NOT NULL,
  "failures" integer DEFAULT 0 NOT NULL,
  "last_error" text,
  "lease_owner" text,
  "lease_until" timestamp with time zone,
  "started_by" text NOT NULL,
  "started_at" timestamp with time zone DEFAULT now() NOT NULL,
  "finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "key_rotations_one_running" ON "key_rotations" USING btree ("state") WHERE state = 'running';
