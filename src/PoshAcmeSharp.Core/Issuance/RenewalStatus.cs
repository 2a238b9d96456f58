namespace PoshAcmeSharp.Issuance;

/// <summary>What became of one order in a run of renewals.</summary>
public enum RenewalStatus
{
    /// <summary>It has a new certificate.</summary>
    Renewed,

    /// <summary>Its time has not come.</summary>
    NotDue,

    /// <summary>It cannot be renewed without somebody's help.</summary>
    Skipped,

    /// <summary>It was tried and failed; the former certificate is untouched.</summary>
    Failed,
}
