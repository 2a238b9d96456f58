using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>A vault in memory.</summary>
internal sealed class TestVault : ISecretVault
{
    public Dictionary<string, string> Secrets { get; } = [];

    public bool IsConfigured { get; set; } = true;

    public bool IsLocked { get; set; }

    /// <summary>Takes what is written and forgets it, as read-only vaults do that say nothing.</summary>
    public bool Forgets { get; set; }

    public int Reads { get; private set; }

    public string Describe(string id) => $"the secret 'test-{id}' in the vault 'test'";

    public string? Read(string id)
    {
        Reads++;
        return IsLocked ? throw Locked() : Secrets.GetValueOrDefault(id);
    }

    public void Write(string id, string secret)
    {
        if (IsLocked)
        {
            throw Locked();
        }

        if (!Forgets)
        {
            Secrets.Add(id, secret);
        }
    }

    private static PoshAcmeException Locked() => new("VaultLocked", ErrorKind.Security, "The vault 'test' is locked.", "Unlock it.");
}
