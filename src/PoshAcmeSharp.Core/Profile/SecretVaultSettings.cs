using System.Globalization;
using System.Net;
using System.Security;

namespace PoshAcmeSharp.Profile;

/// <summary>Which SecretManagement vault is used, and how its secrets are called: Posh-ACME's environment variables.</summary>
public sealed class SecretVaultSettings
{
    /// <summary>The environment variable with the vault's name.</summary>
    public const string NameVariable = "POSHACME_VAULT_NAME";

    /// <summary>The environment variable with the vault's password, for vaults that have one.</summary>
    public const string PasswordVariable = "POSHACME_VAULT_PASS";

    /// <summary>The environment variable with the pattern of the secrets' names; <c>{0}</c> stands for the account's number.</summary>
    public const string TemplateVariable = "POSHACME_VAULT_SECRET_TEMPLATE";

    private const string DefaultTemplate = "poshacme-{0}-sskey";

    private readonly string _template;

    private SecretVaultSettings(string? name, string? password, string? template)
    {
        Name = string.IsNullOrWhiteSpace(name) ? null : name;
        Password = string.IsNullOrEmpty(password) ? null : new NetworkCredential(string.Empty, password).SecurePassword;
        _template = string.IsNullOrEmpty(template) ? DefaultTemplate : template!;
    }

    /// <summary>The vault's name; null when none is named.</summary>
    public string? Name { get; }

    /// <summary>The vault's password, or null.</summary>
    public SecureString? Password { get; }

    /// <summary>Reads this process's environment.</summary>
    /// <returns>The settings.</returns>
    public static SecretVaultSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>The name of a secret.</summary>
    /// <param name="id">The number of the account's key.</param>
    /// <returns>The name.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidVaultTemplate</c>: the pattern cannot be used.</exception>
    public string SecretName(string id)
    {
        try
        {
            return string.Format(CultureInfo.InvariantCulture, _template, id);
        }
        catch (FormatException e)
        {
            throw new PoshAcmeException(
                "InvalidVaultTemplate",
                ErrorKind.InvalidArgument,
                $"The environment variable {TemplateVariable} holds '{Text.Cut(_template, 100)}', which is no pattern for names of secrets.",
                $"Write {{0}} where the account's number belongs, as in {DefaultTemplate}, and other braces doubled.",
                e);
        }
    }

    internal static SecretVaultSettings From(Func<string, string?> environment)
        => new(environment(NameVariable), environment(PasswordVariable), environment(TemplateVariable));
}
