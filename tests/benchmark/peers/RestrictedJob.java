/*
 * Kafka Streams: the restricted job with the Processor API, so that nothing is repartitioned: one processor, two stores in memory, both kept in
 * changelog topics. The store of the sums is cached, so a changed key is written to its changelog once a commit.
 *
 * Rows leave twice a second, one a touched key, not fifteen an event; a task that starts writes all rows of its state again, since what was
 * touched before a crash is known to nobody. Arguments: address of Kafka, topic to read, topic to write, folder, processing guarantee.
 */

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

public final class RestrictedJob {
    static final Duration ROWS_EVERY = Duration.ofMillis(500);

    public record Data(Integer minutes, Long amount_fen) {}

    public record Event(String id, String time, String office, Data data) {}

    public static void main(String[] arguments) {
        var topology = new Topology();
        topology.addSource("events", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), arguments[1])
                .addProcessor("fold", Fold::new, "events")
                .addStateStore(
                        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("seen"), Serdes.String(), Serdes.ByteArray()), "fold")
                .addStateStore(
                        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("sums"), Serdes.String(), Serdes.ByteArray())
                                .withCachingEnabled(),
                        "fold")
                .addSink("rows", arguments[2], Serdes.String().serializer(), Serdes.ByteArray().serializer(), "fold");
        var streams = new KafkaStreams(topology, settings(arguments));
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(10))));
        streams.start();
    }

    static Properties settings(String[] arguments) {
        var settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[2]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[3]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, arguments[4]);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, arguments[4].equals(StreamsConfig.AT_LEAST_ONCE) ? "5000" : "1000");
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "1");
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, Long.toString(512L << 20));
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, "50000");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), "20000");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), Integer.toString(16 << 20));
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), "50");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), "900000");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), Long.toString(256L << 20));
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        return settings;
    }

    static final class Fold implements Processor<byte[], byte[], String, byte[]> {
        private static final byte[] YES = {1};
        private static final Pattern OFFICE = Pattern.compile("sfs-[0-9]{6}-[0-9]{3}");
        private static final ObjectReader EVENT = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build()
                .readerFor(Event.class);

        private final Map<String, long[]> touched = new HashMap<>();
        private final Map<LocalDate, String[]> windows = new HashMap<>();
        private final Map<String, Map<LocalDate, String[]>> keys = new HashMap<>();
        private ProcessorContext<String, byte[]> context;
        private KeyValueStore<String, byte[]> seen;
        private KeyValueStore<String, byte[]> sums;
        private long version;

        @Override
        public void init(ProcessorContext<String, byte[]> given) {
            context = given;
            seen = context.getStateStore("seen");
            sums = context.getStateStore("sums");
            try (KeyValueIterator<String, byte[]> all = sums.all()) {
                all.forEachRemaining(entry -> touched.put(entry.key, decode(entry.value)));
            }
            context.schedule(ROWS_EVERY, PunctuationType.WALL_CLOCK_TIME, this::write);
        }

        @Override
        public void process(Record<byte[], byte[]> message) {
            version = context.recordMetadata().orElseThrow().offset();
            Event event = valid(message.value());
            LocalDate day = event == null ? null : day(event.time());
            if (day == null || seen.putIfAbsent(event.id(), YES) != null) {
                return;
            }
            int odd = Integer.parseInt(event.office().substring(11)) % 2;
            long[] weights = {1, odd == 1 ? 7_000 : 4_000, odd == 1 ? 3_000 : 6_000};
            String[] at = keys.computeIfAbsent(event.office(), office -> recent()).computeIfAbsent(day, d -> keys(event.office(), d));
            for (int i = 0; i < at.length; i++) {
                add(at[i], weights[i / 5], event.data());
            }
        }

        private void add(String key, long weight, Data data) {
            long[] now = touched.get(key);
            if (now == null) {
                byte[] stored = sums.get(key);
                touched.put(key, now = stored == null ? new long[3] : decode(stored));
            }
            now[0] += weight;
            now[1] += weight * data.minutes();
            now[2] += weight * data.amount_fen();
            sums.put(key, ByteBuffer.allocate(24).putLong(now[0]).putLong(now[1]).putLong(now[2]).array());
        }

        private void write(long at) {
            touched.forEach((key, now) -> {
                String row = "{\"count\":" + now[0] + ",\"minutes\":" + now[1] + ",\"fen\":" + now[2] + ",\"version\":" + version + "}";
                context.forward(new Record<>(key, row.getBytes(StandardCharsets.UTF_8), at));
            });
            touched.clear();
        }

        private static long[] decode(byte[] stored) {
            ByteBuffer bytes = ByteBuffer.wrap(stored);
            return new long[] {bytes.getLong(), bytes.getLong(), bytes.getLong()};
        }

        private static Event valid(byte[] value) {
            try {
                Event event = EVENT.readValue(value);
                boolean whole = event.id() != null && !event.id().isEmpty() && event.id().length() <= 64 && event.time() != null
                        && event.office() != null && OFFICE.matcher(event.office()).matches() && event.data() != null
                        && event.data().minutes() != null && event.data().minutes() >= 0 && event.data().minutes() <= 1_440
                        && event.data().amount_fen() != null && event.data().amount_fen() >= 0
                        && event.data().amount_fen() <= 1_000_000_000_000L;
                return whole ? event : null;
            } catch (IOException refused) {
                return null;
            }
        }

        private static LocalDate day(String time) {
            try {
                return OffsetDateTime.parse(time).withOffsetSameInstant(ZoneOffset.ofHours(8)).toLocalDate();
            } catch (DateTimeParseException refused) {
                return null;
            }
        }

        /** The last few days of an office: their keys need not be built again. */
        private static Map<LocalDate, String[]> recent() {
            return new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<LocalDate, String[]> eldest) {
                    return size() > 8;
                }
            };
        }

        private String[] keys(String office, LocalDate day) {
            String district = office.substring(4, 10);
            String[] subjects = {office, "au-" + district + "-jd-" + office.substring(11), "au-" + district + "-sfj"};
            String[] ends = windows.computeIfAbsent(day, Fold::windows);
            String[] found = new String[subjects.length * ends.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = subjects[i / ends.length] + ends[i % ends.length];
            }
            return found;
        }

        private static String[] windows(LocalDate day) {
            LocalDate month = day.withDayOfMonth(1);
            return new String[] {
                "|day|" + day,
                "|week|" + day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)),
                "|month|" + month,
                "|quarter|" + month.withMonth((day.getMonthValue() - 1) / 3 * 3 + 1),
                "|year|" + month.withMonth(1),
            };
        }
    }
}
