import KubeCore

/// Reading of the wave of an object (S10).
enum SyncWave {
    static func read(_ object: KubeObject) -> (wave: Int, unknown: [UnknownValue]) {
        let annotation = object.annotation(AnnotationKey.syncWave)
        if let annotation, let wave = integer(annotation) { return (wave, []) }
        let weight = object.annotation(AnnotationKey.helmHookWeight).flatMap(integer) ?? 0
        let unknown = annotation.map {
            [
                UnknownValue(
                    annotation: AnnotationKey.syncWave, value: $0,
                    expected: "a whole number such as -1, 0 or 5")
            ]
        }
        return (weight, unknown ?? [])
    }

    /// The wave of a live object, whatever else its annotations say.
    static func of(_ object: KubeObject) -> Int { read(object).wave }

    /// A plain number in base 10 that fits 32 bits: waves are added to, and must not overflow.
    private static func integer(_ text: String) -> Int? {
        guard text.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 43 }) else { return nil }
        return Int32(text).map(Int.init)
    }
}
