-- Messages form a tree: an edit or a retry adds a sibling and overwrites nothing.
CREATE TABLE "messages" (
  "thread_id" uuid NOT NULL,
  "id" text NOT NULL,
  "parent_id" text,
  "role" text NOT NULL,
  "parts" jsonb NOT NULL,
  "metadata" jsonb,
  "position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "messages_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "messages_thread_id_id_pk" PRIMARY KEY("thread_id","id")
);
--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_thread_id_threads_id_fk" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "messages_thread_id_position_idx" ON "messages" USING btree ("thread_id","position");
