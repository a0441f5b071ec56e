import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes an office's legal consultations with the plain Kafka client. 用原生 Kafka 客户端发布法律咨询事件。
 *
 * <p>Input: an outbox, a file that the office's system only ever appends to: one line a consultation, {@code when,channel,persons}. In a real
 * system it is a table, filled in the same database transaction as the office's own record. The number of a line is both the event's sequence and part of
 * its id, so whatever is published again after a crash is recognised and counted once. {@code outbox.csv.sent} tells how many lines Kafka has.
 *
 * <p>Exit code: 0 all are on all replicas; 1 something must be mended first, see the message; 75 Kafka does not answer, run it again later.
 */
public final class PublishEvents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String topic;
    private final String district;
    private final String office;
    private final String source;
    private final boolean binary;

    private PublishEvents(Properties settings) {
        topic = settings.getProperty("suoheng.topic");
        district = settings.getProperty("suoheng.district");
        office = settings.getProperty("suoheng.office");
        source = settings.getProperty("suoheng.source");
        binary = "binary".equals(settings.getProperty("suoheng.mode"));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2) {
            System.err.println("usage: PublishEvents client.properties outbox.csv");
            System.exit(2);
        }
        var settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
            settings.load(file);
        }
        Path outbox = Path.of(arguments[1]);
        Path sent = Path.of(arguments[1] + ".sent");
        int done = Files.exists(sent) ? Integer.parseInt(Files.readString(sent).strip()) : 0;
        System.exit(new PublishEvents(settings).publish(settings, Files.readAllLines(outbox), done, sent));
    }

    private int publish(Properties settings, List<String> lines, int done, Path sent) throws IOException, InterruptedException {
        try (var producer = new KafkaProducer<byte[], byte[]>(producerSettings(settings))) {
            List<Future<RecordMetadata>> answers = new ArrayList<>();
            for (int number = done + 1; number <= lines.size(); number++) {
                answers.add(producer.send(record(number, lines.get(number - 1))));
                if (hasFailed(answers.get(answers.size() - 1))) {
                    break; // Kafka cannot be reached: each further line would wait as long
                }
            }
            producer.flush();
            for (Future<RecordMetadata> answer : answers) {
                RecordMetadata place = answer.get(); // in order: what is counted as sent has no gap
                done++;
                System.out.println("line " + done + " is at partition " + place.partition() + ", offset " + place.offset());
            }
            return 0;
        } catch (ExecutionException error) {
            Throwable reason = error.getCause();
            boolean later = reason instanceof RetriableException; // the client itself has tried for delivery.timeout.ms
            System.err.println("line " + (done + 1) + " was not taken: " + reason.getMessage()
                    + (later ? "; run this again later" : "; mend this first, it will not go away by itself"));
            return later ? 75 : 1;
        } catch (IllegalArgumentException error) {
            System.err.println(error.getMessage());
            return 1;
        } finally {
            remember(done, sent);
        }
    }

    private static boolean hasFailed(Future<RecordMetadata> answer) throws InterruptedException {
        try {
            if (answer.isDone()) {
                answer.get();
            }
            return false;
        } catch (ExecutionException error) {
            return true;
        }
    }

    /** What must not be changed, over what the file says of the connection. */
    private static Properties producerSettings(Properties settings) {
        var all = new Properties();
        settings.forEach((name, value) -> {
            if (!name.toString().startsWith("suoheng.")) {
                all.put(name, value);
            }
        });
        all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        all.put(ProducerConfig.ACKS_CONFIG, "all"); // taken means: on all replicas
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true"); // retries neither double nor reorder
        all.remove(ProducerConfig.PARTITIONER_CLASS_CONFIG); // the default one: murmur2 of the key
        return all;
    }

    /** The event of a line. The key is the district, always. */
    private ProducerRecord<byte[], byte[]> record(int number, String line) throws IOException {
        String[] fields = line.split(",");
        if (fields.length != 3 || !fields[2].matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("line " + number + " is not when,channel,persons: mend it first");
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("channel", fields[1]);
        data.put("persons", Integer.parseInt(fields[2]));
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", "consultation-" + number);
        event.put("source", source);
        event.put("type", "leg.consultation.given");
        event.put("time", fields[0]);
        event.put("district", district);
        event.put("office", office);
        event.put("sequence", Integer.toString(number));
        byte[] key = district.getBytes(StandardCharsets.US_ASCII);
        if (binary) {
            var record = new ProducerRecord<>(topic, key, JSON.writeValueAsBytes(data));
            event.forEach((name, value) -> record.headers().add("ce_" + name, value.toString().getBytes(StandardCharsets.UTF_8)));
            record.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
            return record;
        }
        event.put("data", data);
        return new ProducerRecord<>(topic, key, JSON.writeValueAsBytes(event));
    }

    /** Replaced as a whole, so that a crash leaves the old number or the new one. */
    private static void remember(int done, Path sent) throws IOException {
        Path fresh = Path.of(sent + ".new");
        Files.writeString(fresh, done + "\n");
        Files.move(fresh, sent, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
