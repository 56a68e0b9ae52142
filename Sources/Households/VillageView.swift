/// A village as of one day, with the shares and prices known now: every answer an area rule can ask
/// for. Shares of households that have left count up to the day they left.
public struct VillageView {
    /// What a village grows or breeds.
    public struct Produce: Sendable, Equatable {
        public let item: String
        /// Of the earnings of all households, whole percent rounded down.
        public let sharePercent: Int64
        /// The latest price of the last 90 days in percent of its mean, rounded up; -1 without one.
        public let pricePercent: Int64

        public init(item: String, sharePercent: Int64, pricePercent: Int64) {
            self.item = item
            self.sharePercent = sharePercent
            self.pricePercent = pricePercent
        }
    }

    public let division: Division
    public let day: Day
    private let shares: [VillageShare]
    private let prices: AreaEvents

    /// `shares`: of the households that live in the village on the day.
    public init(_ division: Division, on day: Day, shares: [VillageShare], prices: AreaEvents) {
        self.division = division
        self.day = day
        self.shares = shares
        self.prices = prices
    }

    /// Prices are asked about for so many days (IND-06 takes the same).
    public static let priceDays = 90

    public var households: Int { shares.count }

    /// Households with an alert that opened in `W(days)`.
    public func alerted(days: Int) -> Int {
        let window = Window(days, endingOn: day)
        return shares.count { $0.alerts.contains { window.contains($0) } }
    }

    /// Members who lost work in `W(days)` and had none again by the day.
    public func jobLosses(days: Int, migrantsOnly: Bool = false) -> Int {
        let window = Window(days, endingOn: day)
        var count = 0
        for share in shares {
            for loss in share.losses where loss.isMigrant || !migrantsOnly {
                if let back = loss.back, back <= day { continue }
                if window.contains(loss.day) { count += 1 }
            }
        }
        return count
    }

    /// Members in a running migrant job.
    public var migrants: Int { shares.reduce(0) { $0 + $1.migrants } }

    /// What is some household's best-earning item, by name.
    public var produce: [Produce] {
        let all = shares.reduce(Int64(0)) { $0 + $1.earningsFen }
        guard all > 0 else { return [] }
        var sums: [String: Int64] = [:]
        for share in shares where !share.produce.isEmpty {
            sums[share.produce, default: 0] += share.earningsFen / 100 * share.producePercent
        }
        return sums.sorted { $0.key < $1.key }.map { item, fen in
            Produce(
                item: item, sharePercent: floorDivide(fen * 100, all),
                pricePercent: pricePercent(of: item))
        }
    }

    private func pricePercent(of item: String) -> Int64 {
        let window = Window(VillageView.priceDays, endingOn: day)
        let latest = prices.facts(.price, in: division, asOf: day)
            .filter { $0.text(.item) == item && window.contains($0.occurred) }
            .max { ($0.occurred, $0.recorded, $0.key) < ($1.occurred, $1.recorded, $1.key) }
        guard let latest, let price = latest.integer(.priceFen),
            let mean = latest.integer(.meanPriceFen), mean > 0
        else { return -1 }
        return -floorDivide(-price * 100, mean)
    }
}
