using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>What a new account of the profile is made with.</summary>
public sealed class NewAccountRequest
{
    /// <summary>Mail addresses or contact URLs.</summary>
    public IReadOnlyList<string> Contact { get; set; } = [];

    /// <summary>The kind and size of a new key.</summary>
    public KeyLength KeyLength { get; set; } = KeyLength.Ec256;

    /// <summary>A private key in PEM to use instead of a new one, or null. A secret.</summary>
    public string? KeyPem { get; set; }

    /// <summary>Only takes an account into the profile that exists for the key.</summary>
    public bool OnlyReturnExisting { get; set; }

    /// <summary>The id in the profile; null: the last part of the account's URL.</summary>
    public string? Id { get; set; }

    /// <summary>Whether the user has agreed to the terms of service.</summary>
    public bool AcceptTermsOfService { get; set; }

    /// <summary>The external account binding, or null.</summary>
    public ExternalAccount? ExternalAccount { get; set; }

    /// <summary>Encrypts plugin arguments with a key in the account's file also where the system could protect them.</summary>
    public bool UseAltPluginEncryption { get; set; }

    /// <summary>Who can decrypt the secrets of its orders; null when it has not been chosen.</summary>
    public SecretScope? SecretScope { get; set; }

    /// <summary>The full path of a file with the key for the secrets of its orders, which is made when it is not there; null: none.</summary>
    public string? SecretKeyFile { get; set; }
}
