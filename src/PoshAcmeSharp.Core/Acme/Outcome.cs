namespace PoshAcmeSharp.Acme;

/// <summary>What one of several requests came to: a value, or an error.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Value">The value; null when it failed.</param>
/// <param name="Error">The error; null when it succeeded.</param>
public sealed record Outcome<T>(T? Value, PoshAcmeException? Error)
    where T : class;
