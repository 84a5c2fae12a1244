-- A run belongs to the server that answers, not to the request that began it: others find it by its thread, watch it,
-- stop it. `run_slots` becomes the list of live runs. What it held were the slots of servers of before.
DELETE FROM "run_slots";
--> statement-breakpoint
ALTER TABLE "run_slots" RENAME TO "runs";
--> statement-breakpoint
ALTER TABLE "runs" RENAME CONSTRAINT "run_slots_user_id_slot_pk" TO "runs_user_id_slot_pk";
--> statement-breakpoint
ALTER TABLE "runs" RENAME CONSTRAINT "run_slots_user_id_user_id_fk" TO "runs_user_id_user_id_fk";
--> statement-breakpoint
DROP INDEX "run_slots_run_id_idx";
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "project_id" uuid;
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "thread_id" uuid;
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "question_id" text;
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "server_id" uuid;
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "has_lock" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "keep_working" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "stop_requested" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "watched_until" timestamp with time zone;
--> statement-breakpoint
CREATE UNIQUE INDEX "runs_run_id_idx" ON "runs" USING btree ("run_id");
--> statement-breakpoint
-- One answer at a time in a thread, on all servers together.
CREATE UNIQUE INDEX "runs_project_id_thread_id_idx" ON "runs" USING btree ("project_id","thread_id");
--> statement-breakpoint
CREATE INDEX "runs_server_id_idx" ON "runs" USING btree ("server_id");
--> statement-breakpoint
-- An answer on its way to viewers at other servers; removed after its end.
CREATE TABLE "run_chunks" (
  "run_id" uuid NOT NULL,
  "seq" integer NOT NULL,
  "events" text NOT NULL,
  "is_last" boolean DEFAULT false NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "run_chunks_run_id_seq_pk" PRIMARY KEY("run_id","seq")
);
--> statement-breakpoint
-- A run that has ended is known by what it used: its id is the id of its answer.
CREATE INDEX "usage_events_message_id_idx" ON "usage_events" USING btree ("message_id");
