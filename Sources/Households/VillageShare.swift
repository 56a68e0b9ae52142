/// What one household adds to the figures of its village: days and counts, nothing about a person
/// (docs/RULES.md, "Area rules"). The monitor tells it whenever it changes; the latest word counts.
public struct VillageShare: Sendable, Equatable {
    /// A member who lost work.
    public struct Loss: Sendable, Equatable {
        /// The day the job ended.
        public let day: Day
        /// The day of the next job; `nil` while there is none.
        public let back: Day?
        public let isMigrant: Bool
    }

    /// Days on which alerts of base level yellow or more opened that were not withdrawn, ascending,
    /// each once.
    public var alerts: [Day] = []
    /// The latest loss of work of each member, by day.
    public var losses: [Loss] = []
    /// Members in a running migrant job.
    public var migrants = 0
    /// The business item that earns most, its share of the earnings in whole percent, and the
    /// earnings, of which the three highest bits are kept: a village's shares need no more, and a
    /// wage more or less is no news to it.
    public var produce = ""
    public var producePercent: Int64 = 0
    public var earningsFen: Int64 = 0

    public init() {}

    /// A household's share as of a day; `alerts` as above, in any order.
    public init(_ view: HouseholdView, alerts: [Day]) {
        for day in alerts.sorted() where self.alerts.last != day { self.alerts.append(day) }
        for member in view.members {
            if let loss = member.latestLossOfWork { losses.append(loss) }
            if member.hasMigrantJob { migrants += 1 }
        }
        losses.sort {
            ($0.day.number, $0.back?.number ?? .max, $0.isMigrant ? 1 : 0)
                < ($1.day.number, $1.back?.number ?? .max, $1.isMigrant ? 1 : 0)
        }
        guard let top = view.topProduce, top.percent > 0, let income = view.income else { return }
        produce = top.item
        producePercent = top.percent
        earningsFen = VillageShare.rounded(income.earningsFen)
    }

    /// The three highest bits of an amount, fen.
    static func rounded(_ fen: Int64) -> Int64 {
        guard fen > 7 else { return max(0, fen) }
        let shift = Int64.bitWidth - fen.leadingZeroBitCount - 3
        return (fen >> shift) << shift
    }
}

extension MemberView {
    /// The latest end of a job after which none ran, with the start of the next one.
    var latestLossOfWork: VillageShare.Loss? {
        if view.facts.hasNo(.jobEnded) { return nil }
        var starts: [(day: Day, employer: String, isMigrant: Bool)] = []
        var ends: [(day: Day, employer: String)] = []
        forEach(.jobStarted) {
            starts.append(
                ($0.occurred, $0.text(.employerCode) ?? "none", $0.text(.jobKind) == "migrant"))
        }
        forEach(.jobEnded) { ends.append(($0.occurred, $0.text(.employerCode) ?? "none")) }
        ends.sort { ($0.day, $0.employer) < ($1.day, $1.employer) }
        for end in ends.reversed() {
            // Another employer's job that had begun and not ended by then goes on.
            let goesOn = starts.contains { start in
                start.employer != end.employer && start.day <= end.day
                    && !ends.contains {
                        $0.employer == start.employer && start.day < $0.day && $0.day <= end.day
                    }
            }
            // The same employer's on the same day: the start wins.
            let isRenewed = starts.contains {
                $0.employer == end.employer && $0.day == end.day
            }
            if goesOn || isRenewed { continue }
            let own = starts.filter { $0.employer == end.employer && $0.day <= end.day }
            return VillageShare.Loss(
                day: end.day, back: starts.map(\.day).filter { $0 > end.day }.min(),
                isMigrant: own.max { $0.day < $1.day }?.isMigrant ?? false)
        }
        return nil
    }

    /// The latest start of a job was a migrant one, and a job runs.
    var hasMigrantJob: Bool {
        hasJob && latest(.jobStarted)?.text(.jobKind) == "migrant"
    }
}

extension VillageShare {
    private static let version: UInt8 = 1

    /// Appends the share.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(VillageShare.version)
        bytes.appendUnsigned(UInt64(alerts.count))
        for day in alerts { bytes.appendSigned(Int64(day.number)) }
        bytes.appendUnsigned(UInt64(losses.count))
        for loss in losses {
            bytes.append((loss.isMigrant ? 1 : 0) | (loss.back == nil ? 0 : 2))
            bytes.appendSigned(Int64(loss.day.number))
            if let back = loss.back { bytes.appendSigned(Int64(back.number)) }
        }
        bytes.appendUnsigned(UInt64(migrants))
        bytes.appendSpan(produce)
        bytes.appendSigned(producePercent)
        bytes.appendSigned(earningsFen)
    }

    /// Reads what `encode` wrote; throws on anything else.
    public init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        guard try reader.byte() == VillageShare.version else { throw ByteReader.Damaged() }
        for _ in 0..<(try VillageShare.count(&reader)) { alerts.append(try reader.day()) }
        for _ in 0..<(try VillageShare.count(&reader)) {
            let flags = try reader.byte()
            losses.append(
                Loss(
                    day: try reader.day(), back: flags & 2 == 0 ? nil : try reader.day(),
                    isMigrant: flags & 1 != 0))
        }
        migrants = try VillageShare.count(&reader)
        produce = try reader.text()
        producePercent = try reader.signed()
        earningsFen = try reader.signed()
    }

    /// More than a household can have; so that a damaged record asks for no memory.
    private static func count(_ reader: inout ByteReader) throws(ByteReader.Damaged) -> Int {
        let count = try reader.unsigned()
        guard count <= 10_000 else { throw ByteReader.Damaged() }
        return Int(count)
    }
}

extension ByteReader {
    fileprivate mutating func day() throws(ByteReader.Damaged) -> Day {
        Day(number: Int32(truncatingIfNeeded: try signed()))
    }
}
