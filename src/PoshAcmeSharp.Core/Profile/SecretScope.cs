namespace PoshAcmeSharp.Profile;

/// <summary>Who can decrypt the secrets of an account, given that they may read the profile.</summary>
public enum SecretScope
{
    /// <summary>
    /// What new accounts have: on Windows DPAPI for the user, elsewhere a key in the account's file. An account that has a
    /// key of its own, there or in a vault, keeps it.
    /// </summary>
    User,

    /// <summary>All accounts of this machine, by DPAPI of Windows. Posh-ACME cannot read such secrets.</summary>
    Machine,
}
