-- A message is stored in one statement: a function sees, after each lock it waits for, what was stored meanwhile. One
-- statement without it would count quotas and read the conversation as they were before it waited. Limits come from the
-- code (src/contracts/limits.ts), and so does what a refusal says: OA003 to OA007 are codes of our own, which
-- src/domain/projects/threads/append-messages.ts names.
CREATE FUNCTION "add_thread"(in_project uuid, known_as uuid, wanted_title text, most_title integer, most_threads integer)
RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  added uuid;
  free_title text := wanted_title;
  number integer := 2;
  alike text[] := ARRAY(SELECT t.title FROM threads t WHERE t.project_id = in_project AND starts_with(t.title, wanted_title));
BEGIN
  -- With a number if another thread of the project began alike. The lock on the project keeps it unique.
  WHILE free_title = ANY (alike) LOOP
    free_title := left(wanted_title, most_title - length(' (' || number || ')')) || ' (' || number || ')';
    number := number + 1;
  END LOOP;
  INSERT INTO threads (id, project_id, title) VALUES (known_as, in_project, free_title)
    ON CONFLICT DO NOTHING RETURNING id INTO added;
  -- Another project has a thread of that id, and nobody finds out.
  IF added IS NULL THEN
    INSERT INTO threads (id, public_id, project_id, title) VALUES (gen_random_uuid(), known_as, in_project, free_title)
      RETURNING id INTO added;
  END IF;
  IF (SELECT count(*) FROM threads t WHERE t.project_id = in_project) > most_threads THEN
    RAISE EXCEPTION USING ERRCODE = 'OA005', MESSAGE = 'the project holds no more threads';
  END IF;
  RETURN added;
END
$$;
--> statement-breakpoint
-- The messages of a thread from the first to the question if it is stored, else to the one it follows.
CREATE FUNCTION "thread_branch"(of_thread uuid, question text, follows text, most_messages integer)
RETURNS json STABLE LANGUAGE sql AS $$
  WITH RECURSIVE branch (id, parent_id, depth) AS (
    SELECT * FROM (
      SELECT m.id, m.parent_id, 0 FROM messages m
      WHERE m.thread_id = of_thread AND m.id IN (question, follows)
      ORDER BY m.id = question DESC LIMIT 1
    ) AS last_one
    UNION ALL
    SELECT above.id, above.parent_id, branch.depth + 1 FROM branch
      JOIN messages above ON above.thread_id = of_thread AND above.id = branch.parent_id
      WHERE branch.depth < most_messages
  )
  SELECT json_agg(json_build_object('id', m.id, 'role', m.role, 'parts', m.parts, 'metadata', m.metadata)
      ORDER BY branch.depth DESC)
    FROM branch JOIN messages m ON m.thread_id = of_thread AND m.id = branch.id
$$;
--> statement-breakpoint
-- Adds to a thread, which the first message creates: `path` from the first message of the conversation on
-- (`is_whole`), or one question below the message it `follows`, null for none. What is stored stays as it is.
-- For nobody (null) it stores nothing. Returns the thread's id in this table, whether it is new, the ids that were added, and what was stored before: of
-- a path, its messages; of a question, its branch.
CREATE FUNCTION "append_messages"(
  person text, in_project uuid, known_as uuid, title text, path jsonb, is_whole boolean, follows text,
  most_title integer, most_threads integer, most_messages integer, most_bytes bigint, most_bytes_of_person bigint,
  OUT thread uuid, OUT is_new boolean, OUT added text[], OUT stored json
) LANGUAGE plpgsql AS $$
DECLARE
  question text := path -> -1 ->> 'id';
  last_stored text;
  held record;
BEGIN
  added := ARRAY[]::text[];
  IF person IS NULL THEN
    RETURN;
  END IF;
  -- As in src/domain/projects/hold-project.ts.
  WITH owner AS MATERIALIZED (
    SELECT u.id, pg_advisory_xact_lock(hashtextextended('quotas of ' || u.id, 0)) FROM "user" u WHERE u.id = person FOR KEY SHARE
  )
  UPDATE projects p SET updated_at = now() FROM owner WHERE p.id = in_project AND p.user_id = owner.id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'OA003', MESSAGE = 'the person has no such project';
  END IF;
  -- After the project, as a deletion takes them.
  UPDATE threads t SET updated_at = now() WHERE t.project_id = in_project AND coalesce(t.public_id, t.id) = known_as
    RETURNING t.id INTO thread;
  is_new := thread IS NULL;

  IF is_whole AND NOT is_new THEN
    SELECT json_agg(json_build_object('id', m.id, 'role', m.role, 'parts', m.parts, 'metadata', m.metadata)) INTO stored
      FROM messages m WHERE m.thread_id = thread AND m.id IN (SELECT each ->> 'id' FROM jsonb_array_elements(path) each);
  ELSIF NOT is_whole THEN
    IF NOT is_new THEN
      stored := thread_branch(thread, question, follows, most_messages);
    END IF;
    last_stored := stored -> -1 ->> 'id';
    IF last_stored = question THEN
      RETURN;
    END IF;
    IF last_stored IS DISTINCT FROM follows THEN
      RAISE EXCEPTION USING ERRCODE = 'OA004', MESSAGE = 'the message to follow is not in the thread';
    END IF;
  END IF;

  IF is_new THEN
    thread := add_thread(in_project, known_as, title, most_title, most_threads);
  END IF;
  WITH given AS (
    SELECT each ->> 'id' AS id, each ->> 'role' AS role, each -> 'parts' AS parts, place,
      coalesce(lag(each ->> 'id') OVER (ORDER BY place), follows) AS parent_id
    FROM jsonb_array_elements(path) WITH ORDINALITY AS elements (each, place)
  ), inserted AS (
    -- One conversation may name a message twice; the first one wins.
    INSERT INTO messages AS m (thread_id, id, parent_id, role, parts)
      SELECT thread, given.id, given.parent_id, given.role, given.parts FROM given
      WHERE NOT EXISTS (SELECT 1 FROM messages known WHERE known.thread_id = thread AND known.id = given.id)
      ORDER BY given.place
      ON CONFLICT DO NOTHING RETURNING m.id
  )
  SELECT coalesce(array_agg(inserted.id), added) INTO added FROM inserted;
  IF cardinality(added) = 0 THEN
    RETURN;
  END IF;

  SELECT t.message_count AS messages, t.message_bytes AS bytes,
      (SELECT coalesce(sum(p.file_bytes + p.message_bytes), 0) FROM projects p WHERE p.user_id = person) AS of_person
    INTO held FROM threads t WHERE t.id = thread;
  IF held.messages > most_messages OR held.bytes > most_bytes THEN
    RAISE EXCEPTION USING ERRCODE = 'OA006', MESSAGE = 'the thread holds no more messages';
  END IF;
  IF held.of_person > most_bytes_of_person THEN
    RAISE EXCEPTION USING ERRCODE = 'OA007', MESSAGE = 'the projects of the person hold no more';
  END IF;
END
$$;
