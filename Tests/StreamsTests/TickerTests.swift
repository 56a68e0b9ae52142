import Kafka
import Synchronization
import Testing

@testable import Streams

/// Ticks that cannot be written, and a producer that is lost.
struct TickerTests {
    /// Producers that refuse what they are told to, and count what they take.
    private final class Log: LogClient, Sendable {
        struct Content {
            var made = 0
            var taken = 0
            var refusals: [KafkaError] = []
        }
        let content = Mutex(Content())

        private final class Writer: LogProducer {
            let log: Log
            init(_ log: Log) { self.log = log }
            func topic(_ name: String) throws(KafkaError) -> ProducerTopic { ProducerTopic(index: 0) }
            func produce(
                to topic: ProducerTopic, partition: Int32?, key: UnsafeRawBufferPointer?,
                value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>,
                timestamp: Instant
            ) -> KafkaError? {
                log.content.withLock { content in
                    if !content.refusals.isEmpty { return content.refusals.removeFirst() }
                    content.taken += 1
                    return nil
                }
            }
            func poll() {}
        }

        func producer(
            _ settings: ClientSettings, lingerMilliseconds: Int
        ) throws(KafkaError) -> any LogProducer {
            content.withLock { $0.made += 1 }
            return Writer(self)
        }

        private static let unused = KafkaError(code: .state, message: "ticks only")
        func consumer(_ settings: ConsumerSettings) throws(KafkaError) -> any LogConsumer {
            throw Self.unused
        }
        func transactionalProducer(
            _ settings: TransactionalProducerSettings
        ) throws(KafkaError) -> any LogTransactionalProducer { throw Self.unused }
        func admin(
            _ settings: ClientSettings, timeoutMilliseconds: Int32
        ) throws(KafkaError) -> any LogAdmin { throw Self.unused }
    }

    /// Else the time of idle partitions would stand still until the process is started anew, and
    /// with it every wake-up.
    @Test func `a lost producer is replaced, any other error waits for the next tick`() throws {
        let log = Log()
        let ticker = try Ticker(
            logClient: log, client: ClientSettings(bootstrapServers: "127.0.0.1:1", clientID: "t"),
            topic: "t", intervalMilliseconds: 1_000)
        log.content.withLock {
            $0.refusals = [
                KafkaError(code: .queueFull, message: "full"),
                KafkaError(code: .inconsistent, message: "lost", isFatal: true),
            ]
        }
        #expect(ticker.tick(partition: 0, now: 1) != nil)
        #expect(log.content.withLock { $0.made } == 1)
        #expect(ticker.tick(partition: 0, now: 2)?.isFatal == true)
        #expect(ticker.tick(partition: 0, now: 3) == nil)
        #expect(ticker.tick(partition: 0, now: 4) == nil)
        #expect(log.content.withLock { [$0.made, $0.taken] } == [2, 2])
    }
}
