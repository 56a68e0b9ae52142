import Kafka

/// From effects to the sink.
extension PartitionTask {
    /// Writes what a call emitted, adding cause, traceparent (if it is one) and timestamp, and
    /// forgets it.
    func flush(
        traceparent: UnsafeRawBufferPointer?, at time: Instant, _ sink: any OutputSink
    ) {
        if !effects.notes.isEmpty {
            counters.notes.merge(effects.takeNotes(), uniquingKeysWith: +)
        }
        guard !effects.outputs.isEmpty else { return }
        let traceparent = traceparent.flatMap { TraceParent.isValid($0) ? $0 : nil }
        if hasOversizedOutput { replaceOversizedOutputs(at: time) }
        // The list is taken out of the task while it is used, so that no access overlaps.
        var list: [HeaderView] = []
        swap(&list, &headerScratch)
        effects.bytes.withUnsafeBytes { bytes in
            for output in effects.outputs {
                let isDeadLetter = output.topic < 0
                list.removeAll(keepingCapacity: true)
                for header in effects.headers[output.headers] {
                    list.append(
                        HeaderView(
                            name: UnsafeRawBufferPointer(rebasing: bytes[header.name]),
                            value: header.value.map {
                                UnsafeRawBufferPointer(rebasing: bytes[$0])
                            }))
                }
                if let traceparent, !isDeadLetter {
                    list.append(
                        HeaderView(name: UnsafeRawBufferPointer("traceparent"), value: traceparent))
                }
                list.append(
                    HeaderView(name: UnsafeRawBufferPointer(Cause.header), value: cause.next()))
                if isDeadLetter { counters.deadLetters += 1 } else { counters.outputs += 1 }
                list.withUnsafeBufferPointer { headers in
                    sink.write(
                        OutgoingRecord(
                            topic: isDeadLetter ? deadLetterTopic : output.topic,
                            partition: output.partition, timestamp: time,
                            key: output.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
                            value: output.value.map {
                                UnsafeRawBufferPointer(rebasing: bytes[$0])
                            },
                            headers: headers))
                }
            }
        }
        swap(&list, &headerScratch)
        effects.removeAll()
    }

    /// Drops what the call emitted and writes the record to the dead letters. The cause must have
    /// been begun.
    func deadLetter(
        _ record: RecordView, _ failure: RecordFailure, _ attempts: Int, at time: Instant,
        _ sink: any OutputSink
    ) {
        effects.removeAll()
        DeadLetter.write(record, failure, attempts: attempts, into: &effects)
        flush(traceparent: nil, at: time, sink)
    }

    /// True when a broker would refuse one of the outputs for its size.
    var hasOversizedOutput: Bool {
        guard effects.bytes.count > Limits.recordBytes else { return false }
        return effects.outputs.contains { size($0) > Limits.recordBytes }
    }

    private func size(_ output: Effects.Output) -> Int {
        effects.headers[output.headers].reduce(
            (output.key?.count ?? 0) + (output.value?.count ?? 0)
        ) { $0 + $1.name.count + ($1.value?.count ?? 0) }
    }

    /// A wake-up or a broadcast has no record that could be refused: what came out too large goes
    /// to the dead letters in its place, without its value.
    private func replaceOversizedOutputs(at time: Instant) {
        let whole = effects
        effects.removeAll()
        whole.bytes.withUnsafeBytes { bytes in
            func span(_ range: Range<Int>?) -> UnsafeRawBufferPointer? {
                range.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
            }
            for output in whole.outputs {
                let headers = whole.headers[output.headers].map { header in
                    HeaderView(name: span(header.name)!, value: span(header.value))
                }
                guard
                    headers.reduce((output.key?.count ?? 0) + (output.value?.count ?? 0), {
                        $0 + $1.name.count + ($1.value?.count ?? 0)
                    }) > Limits.recordBytes
                else {
                    effects.append(
                        topic: output.topic, partition: output.partition, key: span(output.key),
                        value: span(output.value), headers: headers.map { ($0.name, $0.value) })
                    continue
                }
                headers.withUnsafeBufferPointer { headers in
                    DeadLetter.write(
                        RecordView(
                            topic: topics[output.topic < 0 ? deadLetterTopic : output.topic],
                            partition: output.partition ?? -1, offset: -1, timestamp: time,
                            key: span(output.key), value: span(output.value), headers: headers),
                        .oversized, attempts: 1, into: &effects)
                }
            }
        }
    }
}
