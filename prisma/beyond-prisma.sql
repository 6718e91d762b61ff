-- What the Prisma schema cannot say. Appended to the first migration by `npm run db:rewrite-init`.

-- Counters that a crash may forget need no write-ahead log.
ALTER TABLE "throttle_hits" SET UNLOGGED;

-- The claim: the next job of a kind, fairest first, and those whose delay is over. Finished jobs, the bulk of the
-- table, are in neither.
CREATE INDEX "jobs_claimable" ON "jobs" ("kind", "tier", "fair_tag", "id") WHERE "state" = 'WAITING';
CREATE INDEX "jobs_delayed" ON "jobs" ("kind", "run_at") WHERE "state" = 'DELAYED';

-- What failed for a reason, newest first.
CREATE INDEX "jobs_errors" ON "jobs" ("error_code", "created_at" DESC, "id" DESC) WHERE "error_code" IS NOT NULL;

-- The sweep for runs whose worker died.
CREATE INDEX "jobs_leased" ON "jobs" ("lease_expires_at") WHERE "state" = 'ACTIVE';

ALTER TABLE "users"
  ADD CONSTRAINT "users_email_lower_case" CHECK ("email" = lower("email"));

ALTER TABLE "uploads"
  ADD CONSTRAINT "uploads_size_not_negative" CHECK ("size" >= 0),
  ADD CONSTRAINT "uploads_sha256_hex" CHECK ("sha256" ~ '^[0-9a-f]{64}$');

ALTER TABLE "assets"
  ADD CONSTRAINT "assets_size_not_negative" CHECK ("size" >= 0),
  ADD CONSTRAINT "assets_sha256_hex" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "assets_dimensions_positive" CHECK ("width" > 0 AND "height" > 0),
  ADD CONSTRAINT "assets_resource_whole" CHECK (("resource" IS NULL) = ("resource_id" IS NULL)),
  ADD CONSTRAINT "assets_labels_object" CHECK (jsonb_typeof("labels") = 'object');

ALTER TABLE "renditions"
  ADD CONSTRAINT "renditions_size_not_negative" CHECK ("size" >= 0);

ALTER TABLE "jobs"
  ADD CONSTRAINT "jobs_counters_not_negative" CHECK ("starts" >= 0 AND "attempts" >= 0 AND "losses" >= 0),
  ADD CONSTRAINT "jobs_max_attempts_positive" CHECK ("max_attempts" > 0),
  -- Only a run that is under way may hold the token that lets it commit.
  ADD CONSTRAINT "jobs_lease_while_active" CHECK (("state" = 'ACTIVE') = ("lease_token" IS NOT NULL));

ALTER TABLE "refresh_tokens"
  ADD CONSTRAINT "refresh_tokens_hash_sha256" CHECK (octet_length("hash") = 32);

-- Search. A text is folded (case, accents, compatibility forms) and split at everything that is no letter or digit, so
-- that IMG_2024-beach.jpg is img, 2024, beach and jpg. Without extensions, which not every server has.
CREATE FUNCTION folded(body text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(regexp_replace(normalize(body, NFKD), E'[\u0300-\u036f]', '', 'g'));

CREATE FUNCTION search_words(body text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
  SELECT DISTINCT left(word, 64)
  FROM regexp_split_to_table(
    folded(body),
    E'[\u0001-/:-@[-`{-\u00bf\u2000-\u206f\u3000-\u303f]+') AS word
  WHERE word <> '');

-- Every term of an asset begins with who may find it by that: its tenant, and everybody where it is public. One index
-- then answers for one tenant as fast as if there were no other.
CREATE FUNCTION asset_scope(tenant_id uuid) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN right(tenant_id::text, 8);

CREATE FUNCTION asset_terms(
  tenant_id uuid, visibility visibility, filename text, title text, description text, labels jsonb
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH label AS (
    SELECT name, value
    FROM jsonb_each(labels) AS given (name, content)
    CROSS JOIN LATERAL jsonb_array_elements_text(
      CASE jsonb_typeof(content) WHEN 'array' THEN content ELSE jsonb_build_array(content) END) AS value
  ), term AS (
    SELECT 'w:' || word AS text
    FROM unnest(search_words(concat_ws(' ', filename, title, description, (SELECT string_agg(value, ' ') FROM label))))
      AS word
    UNION
    SELECT 'l:' || name || '=' || value FROM label
  )
  SELECT array_to_tsvector(array_agg(scope || term.text))
  FROM term CROSS JOIN unnest(
    CASE visibility WHEN 'public' THEN ARRAY[asset_scope(tenant_id), 'public'] ELSE ARRAY[asset_scope(tenant_id)] END
  ) AS scope;
END;

-- All of the words, each of which may be the beginning of one: for search as somebody types. NULL, which finds nothing,
-- when there is no word in it.
CREATE FUNCTION asset_query(scope text, body text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg('''' || scope || 'w:' || word || ''':*', ' & ')::tsquery
        FROM unnest(search_words(body)) AS word);

-- One value of a label, whole.
CREATE FUNCTION asset_label(scope text, name text, value text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('''' || replace(replace(scope || 'l:' || name || '=' || value, '\', '\\'), '''', '''''') || '''')::tsquery;

CREATE FUNCTION assets_keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.terms := asset_terms(NEW.tenant_id, NEW.visibility, NEW.filename, NEW.title, NEW.description, NEW.labels);
  RETURN NEW;
END $$;

CREATE TRIGGER assets_terms BEFORE INSERT OR UPDATE OF tenant_id, visibility, filename, title, description, labels
ON "assets" FOR EACH ROW EXECUTE FUNCTION assets_keep_terms();

-- One file of a name at a thing: uploaded again it is a new version.
CREATE UNIQUE INDEX "assets_one_of_a_name" ON "assets" ("tenant_id", "resource", "resource_id", "filename")
  WHERE "resource" IS NOT NULL AND "deleted_at" IS NULL;

ALTER TABLE "blobs"
  ADD CONSTRAINT "blobs_in_use" CHECK ("refs" > 0),
  ADD CONSTRAINT "blobs_sha256_hex" CHECK ("sha256" ~ '^[0-9a-f]{64}$');

-- By name, as a file manager sorts: whatever the case. By code point, which no upgrade of the system changes.
CREATE INDEX "assets_by_name" ON "assets" ("tenant_id", lower("filename") COLLATE "C", "id");

-- What is listed to every signed-in user.
CREATE INDEX "assets_public" ON "assets" ("created_at" DESC, "id" DESC)
  WHERE "visibility" = 'public' AND "deleted_at" IS NULL;
CREATE INDEX "assets_public_by_name" ON "assets" (lower("filename") COLLATE "C", "id")
  WHERE "visibility" = 'public' AND "deleted_at" IS NULL;
CREATE INDEX "assets_public_by_size" ON "assets" ("size", "id")
  WHERE "visibility" = 'public' AND "deleted_at" IS NULL;

-- The trash, and the sweeps that empty it and remove what has expired.
CREATE INDEX "assets_trash" ON "assets" ("tenant_id", "deleted_at" DESC, "id" DESC) WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "assets_to_purge" ON "assets" ("deleted_at") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "assets_to_expire" ON "assets" ("expires_at") WHERE "expires_at" IS NOT NULL;

-- ---- Profiles, posts and what people are told ----

-- Whoever makes an account makes its profile.
CREATE FUNCTION "make_profile"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO profiles (user_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER "users_make_profile" AFTER INSERT ON "users" FOR EACH ROW EXECUTE FUNCTION "make_profile"();

-- Counted where the rows are, so that a cascade counts as well. Both profiles are locked in one order: two who follow
-- each other at once do not wait for each other.
CREATE FUNCTION "count_follows"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  follow_ follows := COALESCE(NEW, OLD);
  step_ int := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
  PERFORM 1 FROM profiles WHERE user_id IN (follow_.follower_id, follow_.followee_id)
    ORDER BY user_id FOR NO KEY UPDATE;
  UPDATE profiles SET follower_count = follower_count + step_ WHERE user_id = follow_.followee_id;
  UPDATE profiles SET follow_count = follow_count + step_ WHERE user_id = follow_.follower_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "follows_count" AFTER INSERT OR DELETE ON "follows" FOR EACH ROW EXECUTE FUNCTION "count_follows"();

-- What an account is to others, whatever tenant they are of: this, and nothing else of its row.
CREATE VIEW "people" AS
  SELECT p.user_id AS id, u.tenant_id, u.username, p.display_name, p.bio, p.avatar_asset_id, p.is_private,
    p.follower_count, p.follow_count, p.post_count, u.created_at
  FROM profiles p JOIN users u ON u.id = p.user_id;

-- People are found by the beginning of either name, by code point: compatibility forms can make a name twenty times as
-- long, and an index takes no such entry.
CREATE FUNCTION folded_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN left(folded(name), 64);
CREATE INDEX "users_by_username" ON "users" ("username" COLLATE "C") WHERE "username" IS NOT NULL;
CREATE INDEX "profiles_by_display_name" ON "profiles" (folded_name("display_name") COLLATE "C", "user_id");

-- Those that are shown.
CREATE FUNCTION "count_posts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE profiles SET post_count = post_count + CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END
  WHERE user_id = (COALESCE(NEW, OLD)).author_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "posts_count_in" AFTER UPDATE OF "number" ON "posts" FOR EACH ROW
  WHEN (OLD.number IS NULL AND NEW.number IS NOT NULL) EXECUTE FUNCTION "count_posts"();
CREATE TRIGGER "posts_count_out" AFTER DELETE ON "posts" FOR EACH ROW
  WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION "count_posts"();

CREATE FUNCTION "count_likes"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE posts SET like_count = like_count + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
  WHERE id = (COALESCE(NEW, OLD)).post_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "post_likes_count" AFTER INSERT OR DELETE ON "post_likes" FOR EACH ROW EXECUTE FUNCTION "count_likes"();

ALTER TABLE "follows" ADD CONSTRAINT "follows_somebody_else" CHECK ("follower_id" <> "followee_id");
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_somebody_else" CHECK ("blocker_id" <> "blocked_id");

-- Shows a post. The lock is held until the commit: whoever sees a post sees every post before it. Call it last.
CREATE SEQUENCE "post_numbers";
CREATE FUNCTION "publish_post"(post_ uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4203);
  UPDATE posts SET number = nextval('post_numbers'), published_at = clock_timestamp()
  WHERE id = post_ AND number IS NULL;
END $$;

-- Posts that a timeline has to look up: those whose job has yet to run, and those of the very followed.
CREATE INDEX "posts_pending" ON "posts" ("number" DESC) WHERE "fan_out" = 'PENDING' AND "number" IS NOT NULL;
CREATE INDEX "posts_read_on_demand" ON "posts" ("author_id", "number" DESC) WHERE "fan_out" = 'READ';
CREATE INDEX "profiles_read_on_demand" ON "profiles" ("user_id") WHERE "read_on_demand";
-- Posts that wait for their assets.
CREATE INDEX "posts_waiting" ON "posts" ("created_at") WHERE "number" IS NULL;

-- A post is found as an asset is: by all of the words, each of which may be the beginning of one.
CREATE FUNCTION "post_terms"(title text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(search_words(COALESCE(title, '') || ' ' || body));
CREATE FUNCTION "post_query"(body text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg('''' || word || ''':*', ' & ')::tsquery FROM unnest(search_words(body)) AS word);
CREATE INDEX "posts_words" ON "posts" USING gin ("post_terms"("title", "text"));

CREATE INDEX "notifications_unread" ON "notifications" ("user_id", "seq" DESC) WHERE "read_at" IS NULL;

-- Tells an account something, unless it was told before or is gone; answers with the number, or NULL. A statement each:
-- what waited for the lock has to see what was done meanwhile.
CREATE FUNCTION "notify_account"(user_ uuid, kind_ text, topic_ text, actor_ uuid, payload_ jsonb) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  seq_ int;
BEGIN
  INSERT INTO inboxes (user_id) SELECT user_id FROM profiles WHERE user_id = user_ ON CONFLICT DO NOTHING;
  PERFORM 1 FROM inboxes WHERE user_id = user_ FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT 1 FROM notifications WHERE user_id = user_ AND topic = topic_) THEN RETURN NULL; END IF;
  UPDATE inboxes SET last_seq = last_seq + 1, unread = unread + 1 WHERE user_id = user_ RETURNING last_seq INTO seq_;
  INSERT INTO notifications (user_id, seq, kind, topic, actor_id, payload)
  VALUES (user_, seq_, kind_, topic_, actor_, payload_);
  RETURN seq_;
END $$;

-- Messages on their way need no write-ahead log.
ALTER TABLE "socket_io_attachments" SET UNLOGGED;

ALTER TABLE "tenants" ADD CONSTRAINT "tenants_stream_limit_not_negative" CHECK ("stream_limit" >= 0);
ALTER TABLE "users" ADD CONSTRAINT "users_stream_limit_not_negative" CHECK ("stream_limit" >= 0);

-- Every row is rewritten every few seconds: room for that in its own page, and no index on what changes (HOT).
ALTER TABLE "playbacks" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- A place for a stream, if the account has fewer than limit_ others: answers with the new row, or with those that are
-- in the way. Exact: plays of one account wait for each other, and its rows are locked, so that none of them is taken
-- for dead while a heartbeat is renewing it. The clock is read after the locks are had.
CREATE FUNCTION "take_playback"(
  id_ uuid, user_ uuid, session_ uuid, tenant_ uuid, asset_ uuid, about_ jsonb, limit_ int, silence_ interval
) RETURNS SETOF "playbacks" LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4202, hashtext(user_::text));
  PERFORM 1 FROM playbacks WHERE user_id = user_ ORDER BY id FOR UPDATE;
  DELETE FROM playbacks WHERE user_id = user_ AND expires_at <= clock_timestamp();
  IF (SELECT count(*) FROM playbacks WHERE user_id = user_) < limit_ THEN
    RETURN QUERY
      INSERT INTO playbacks (id, user_id, session_id, tenant_id, asset_id, about, started_at, seen_at, expires_at)
      SELECT id_, user_, session_, tenant_, asset_, about_, now_, now_, now_ + silence_ FROM clock_timestamp() AS now_
      RETURNING *;
  ELSE
    RETURN QUERY SELECT * FROM playbacks WHERE user_id = user_ ORDER BY started_at, id;
  END IF;
END $$;

-- Signs of life of many playbacks at once, each with the account it must be of; answers with those that are still in
-- place. One after another in the order of ids_, which the caller sorts, so that two calls never wait for each other in
-- a circle. A crash may forget the last half second of them, and no one waits for the disk: what is forgotten makes a
-- place end early, never a fourth one.
CREATE FUNCTION "beat_playbacks"(ids_ uuid[], users_ uuid[], silence_ interval) RETURNS SETOF "playbacks"
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR i IN 1 .. cardinality(ids_) LOOP
    RETURN QUERY
      UPDATE playbacks SET
        gained_ms = greatest(0, extract(epoch FROM clock_timestamp() - seen_at) * 1000),
        seen_at = clock_timestamp(),
        expires_at = clock_timestamp() + silence_
      WHERE id = ids_[i] AND user_id = users_[i] AND expires_at > clock_timestamp()
      RETURNING *;
  END LOOP;
END $$;

-- Variants that somebody waits for: the queue that has a limit.
CREATE INDEX "variants_making" ON "variants" ("created_at") WHERE "state" = 'MAKING';

ALTER TABLE "users"
  ADD CONSTRAINT "users_username_lower_case" CHECK ("username" = lower("username"));

-- One at a time is made for an account, however many ask.
CREATE UNIQUE INDEX "account_exports_pending" ON "account_exports" ("user_id") WHERE "state" = 'PENDING';

ALTER TABLE "invitations"
  ADD CONSTRAINT "invitations_email_lower_case" CHECK ("email" = lower("email")),
  ADD CONSTRAINT "invitations_hash_sha256" CHECK (octet_length("hash") = 32);

ALTER TABLE "api_keys"
  ADD CONSTRAINT "api_keys_hash_sha256" CHECK (octet_length("hash") = 32),
  ADD CONSTRAINT "api_keys_scopes" CHECK ("scopes" <@ ARRAY['upload', 'read', 'delete', 'admin'] AND cardinality("scopes") > 0);

-- Quotas. The counters are kept by triggers, so that no way in or out of a tenant can forget them. Whoever adds to a
-- tenant's files holds its row until the end of the transaction: that is what makes a limit exact.
CREATE FUNCTION "this_month"() RETURNS date LANGUAGE sql STABLE
  RETURN date_trunc('month', now() AT TIME ZONE 'UTC')::date;

CREATE FUNCTION "make_tenant_quota"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tenant_quotas (tenant_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER "tenants_quota" AFTER INSERT ON "tenants" FOR EACH ROW EXECUTE FUNCTION "make_tenant_quota"();

CREATE FUNCTION "count_assets"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE change record;
BEGIN
  -- In one order, so that two who change several tenants never wait for each other.
  FOR change IN
    SELECT tenant_id, sum(size + replacement_size) AS bytes, count(*) AS files FROM rows GROUP BY 1 ORDER BY 1
  LOOP
    UPDATE tenant_quotas SET
      bytes = bytes + CASE TG_OP WHEN 'INSERT' THEN change.bytes ELSE -change.bytes END,
      files = files + CASE TG_OP WHEN 'INSERT' THEN change.files ELSE -change.files END
    WHERE tenant_id = change.tenant_id;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER "assets_quota_insert" AFTER INSERT ON "assets" REFERENCING NEW TABLE AS rows
  FOR EACH STATEMENT EXECUTE FUNCTION "count_assets"();
CREATE TRIGGER "assets_quota_delete" AFTER DELETE ON "assets" REFERENCING OLD TABLE AS rows
  FOR EACH STATEMENT EXECUTE FUNCTION "count_assets"();

CREATE FUNCTION "count_asset_size"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tenant_quotas SET bytes = bytes + NEW.size + NEW.replacement_size - OLD.size - OLD.replacement_size
  WHERE tenant_id = NEW.tenant_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "assets_quota_size" AFTER UPDATE OF "size", "replacement_size" ON "assets"
  FOR EACH ROW WHEN (OLD."size" + OLD."replacement_size" <> NEW."size" + NEW."replacement_size")
  EXECUTE FUNCTION "count_asset_size"();

-- On the asset, since that is there to say whose they are when both go at once, and counts them with its own.
CREATE FUNCTION "count_replacement"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE assets SET replacement_size = CASE TG_OP WHEN 'DELETE' THEN 0 ELSE NEW.size END
  WHERE id = (COALESCE(NEW, OLD)).asset_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "replacements_quota" AFTER INSERT OR UPDATE OF "size" OR DELETE ON "replacements"
  FOR EACH ROW EXECUTE FUNCTION "count_replacement"();

CREATE FUNCTION "count_uploads"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE change record;
BEGIN
  FOR change IN
    SELECT tenant_id, coalesce(sum(size) FILTER (WHERE state = 'WAITING'), 0) AS bytes,
      count(*) FILTER (WHERE state = 'WAITING') AS waiting, count(*) AS uploads
    FROM rows GROUP BY 1 ORDER BY 1
  LOOP
    IF TG_OP = 'INSERT' THEN
      UPDATE tenant_quotas SET
        reserved_bytes = reserved_bytes + change.bytes, reserved_files = reserved_files + change.waiting,
        monthly_uploads = CASE month WHEN this_month() THEN monthly_uploads ELSE 0 END + change.uploads,
        monthly_transcode_seconds = CASE month WHEN this_month() THEN monthly_transcode_seconds ELSE 0 END,
        month = this_month()
      WHERE tenant_id = change.tenant_id;
    ELSIF change.waiting > 0 THEN
      UPDATE tenant_quotas SET
        reserved_bytes = reserved_bytes - change.bytes, reserved_files = reserved_files - change.waiting
      WHERE tenant_id = change.tenant_id;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER "uploads_quota_insert" AFTER INSERT ON "uploads" REFERENCING NEW TABLE AS rows
  FOR EACH STATEMENT EXECUTE FUNCTION "count_uploads"();
CREATE TRIGGER "uploads_quota_delete" AFTER DELETE ON "uploads" REFERENCING OLD TABLE AS rows
  FOR EACH STATEMENT EXECUTE FUNCTION "count_uploads"();

-- An upload that comes to nothing gives back its place in the month as well.
CREATE FUNCTION "count_upload_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tenant_quotas SET
    reserved_bytes = reserved_bytes - OLD.size + CASE NEW.state WHEN 'WAITING' THEN NEW.size ELSE 0 END,
    reserved_files = reserved_files - CASE NEW.state WHEN 'WAITING' THEN 0 ELSE 1 END,
    monthly_uploads = monthly_uploads - CASE
      WHEN NEW.state IN ('EXPIRED', 'REJECTED', 'CANCELLED') AND month <= (NEW.created_at AT TIME ZONE 'UTC')::date
        AND monthly_uploads > 0 THEN 1
      ELSE 0 END
  WHERE tenant_id = NEW.tenant_id;
  RETURN NULL;
END $$;
CREATE TRIGGER "uploads_quota_change" AFTER UPDATE OF "state", "size" ON "uploads"
  FOR EACH ROW WHEN (OLD."state" = 'WAITING' AND (NEW."state" <> 'WAITING' OR OLD."size" <> NEW."size"))
  EXECUTE FUNCTION "count_upload_change"();

ALTER TABLE "transcodes" ADD CONSTRAINT "transcodes_percent" CHECK ("percent" BETWEEN 0 AND 100);
-- Rewritten every second or two while a film is made into streams: room for that in its own page.
ALTER TABLE "transcodes" SET (fillfactor = 50);

-- One row a kind of access and day; begins with what a tenant's statistics ask for.
DROP INDEX "access_log_kinds";
CREATE UNIQUE INDEX "access_log_kinds" ON "access_log"
  ("tenant_id", "day", "asset_id", "action", "user_id", "role", "language", "device") NULLS NOT DISTINCT;

-- Sessions that were ended lately: housekeeping sees that their streams have ended too.
CREATE INDEX "sessions_revoked" ON "sessions" ("revoked_at") WHERE "revoked_at" IS NOT NULL;
