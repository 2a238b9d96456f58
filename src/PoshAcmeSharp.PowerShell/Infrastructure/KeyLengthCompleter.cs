using System.Collections;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>Completes the lengths of keys that are in use; others are allowed too.</summary>
public sealed class KeyLengthCompleter : ValuesCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> GetValues(IDictionary boundParameters)
        => ["ec-256", "ec-384", "ec-521", "2048", "3072", "4096"];
}
