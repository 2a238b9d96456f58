namespace PoshAcmeSharp.Dns;

/// <summary>What a finding means for a validation.</summary>
public enum DnsFindingSeverity
{
    /// <summary>It is good to know.</summary>
    Info,

    /// <summary>A validation may fail, or not always succeed.</summary>
    Warning,

    /// <summary>A validation by DNS fails as long as this is so.</summary>
    Error,
}
