-- What became of dead letters.

-- Dead letters with their state, of a district ('' means all): `open`; `replayed` by somebody who sent it again, as it was or corrected; `superseded`
-- when the event has arrived well since without that, by its source and id (or an amendment or retraction of the event that it was in conflict with).
-- A replay that was refused again is a letter of its own, which `replays` this one. changed_at: since when it is no longer open.
--     SELECT state, count() FROM letters(district = '990107') GROUP BY state
CREATE OR REPLACE VIEW letters AS
SELECT
    l.code AS code, l.detail AS detail, l.stage AS stage, l.district AS district, l.office AS office, l.source AS source, l.id AS id,
    l.type AS type, l.sequence AS sequence, l.topic AS topic, l.partition AS partition, l.offset AS offset, l.sha256 AS sha256,
    l.received_at AS received_at, l.build AS build, l.letter_topic AS letter_topic, l.letter_partition AS letter_partition,
    l.letter_offset AS letter_offset, l.replays AS replays,
    multiIf(r.times > 0, 'replayed', arrived, 'superseded', 'open') AS state,
    multiIf(r.times > 0, toNullable(r.last_at), arrived, toNullable(if(l.code = 'ID_CONFLICT', c.last_at, e.appended_at)), NULL) AS changed_at,
    r.last_by AS replayed_by, r.approved_by AS approved_by, r.corrected AS corrected, r.times AS times_replayed,
    r.sent_partition AS sent_partition, r.sent_offset AS sent_offset,
    if(l.code = 'ID_CONFLICT',
       c.last_at > l.received_at OR (c.last_partition = l.partition AND c.last_offset > l.offset),
       e.id != '' AND if(e.partition = l.partition, e.offset > l.offset, e.appended_at > l.received_at)) AS arrived
FROM (SELECT * FROM dead_letters WHERE {district:String} = '' OR district = {district:String}) AS l
LEFT JOIN
(
    SELECT
        topic, partition, offset, times, last_at, latest.1 AS last_by, latest.2 AS approved_by, latest.3 AS corrected,
        latest.4 AS sent_partition, latest.5 AS sent_offset
    FROM
    (
        SELECT
            topic, partition, offset, count() AS times, max(replayed_at) AS last_at,
            argMax((replayed_by, approved_by, corrected, sent_partition, sent_offset), replayed_at) AS latest
        FROM replay_rows FINAL
        GROUP BY topic, partition, offset
    )
) AS r ON r.topic = l.topic AND r.partition = l.partition AND r.offset = l.offset
LEFT JOIN
(
    SELECT district, source, id, partition, offset, appended_at
    FROM events
    WHERE ({district:String} = '' OR district = {district:String})
        AND id IN (SELECT id FROM dead_letters WHERE ({district:String} = '' OR district = {district:String}) AND id != '')
) AS e ON e.district = l.district AND e.source = l.source AND e.id = l.id
-- Corrections of the event that has the identity already: what mends a conflict.
LEFT JOIN
(
    SELECT
        district, if(targetsource = '', source, targetsource) AS of_source, if(op = 'amend', target, JSONExtractString(data, 'target')) AS of_id,
        max(appended_at) AS last_at, argMax(partition, appended_at) AS last_partition, argMax(offset, appended_at) AS last_offset
    FROM events
    WHERE ({district:String} = '' OR district = {district:String}) AND (op = 'amend' OR type = 'dat.event.retracted')
        AND if(op = 'amend', target, JSONExtractString(data, 'target')) IN
            (SELECT id FROM dead_letters WHERE ({district:String} = '' OR district = {district:String}) AND code = 'ID_CONFLICT' AND id != '')
    GROUP BY district, of_source, of_id
) AS c ON c.district = l.district AND c.of_source = l.source AND c.of_id = l.id;

-- Proposals to send letters again that wait for a second person, or waited: what was decided first holds.
CREATE OR REPLACE VIEW proposals AS
SELECT
    id, document, proposed_at, proposed_by, proposed_from, if(decisions = 0, 'waiting', decision.1) AS state,
    if(decisions = 0, NULL, toNullable(decision.2)) AS decided_at, if(decisions = 0, '', decision.3) AS decided_by
FROM
(
    SELECT
        r.id AS id,
        anyIf(r.document, r.state = 'proposed') AS document,
        minIf(r.at, r.state = 'proposed') AS proposed_at,
        anyIf(r.by, r.state = 'proposed') AS proposed_by,
        anyIf(r.account, r.state = 'proposed') AS proposed_from,
        countIf(r.state != 'proposed') AS decisions,
        argMinIf((toString(r.state), r.at, r.by), r.at, r.state != 'proposed') AS decision
    FROM proposal_rows AS r FINAL
    GROUP BY r.id
);
