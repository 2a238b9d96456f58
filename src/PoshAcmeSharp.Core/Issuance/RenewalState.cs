namespace PoshAcmeSharp.Issuance;

/// <summary>Whether an order is to be renewed.</summary>
public enum RenewalState
{
    /// <summary>Now.</summary>
    Due,

    /// <summary>Later.</summary>
    NotDue,

    /// <summary>It would be due, but cannot be renewed without somebody's help.</summary>
    Skipped,
}
