using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Accounts;

/// <summary>Creates an account at the current ACME server.</summary>
/// <remarks>
/// <para>An account is a key pair that signs the requests to the CA. It is kept in the profile and becomes the current account.</para>
/// <para>Let's Encrypt no longer takes contacts; they are not sent to it.</para>
/// </remarks>
/// <example>
/// <code>New-PAAccount -AcceptTOS -Contact me@example.com</code>
/// <para>Creates an account with a P-256 key after the terms of service have been agreed to.</para>
/// </example>
/// <example>
/// <code>New-PAAccount -AcceptTOS -ExtAcctKID kid-1 -ExtAcctHMACKey $hmacKey -ID customer42</code>
/// <para>Creates an account at a CA that binds it to a customer, and gives it a name in the profile.</para>
/// </example>
/// <example>
/// <code>New-PAAccount -KeyFile .\account.key -OnlyReturnExisting</code>
/// <para>Takes an account into the profile that exists at the CA for a key.</para>
/// </example>
/// <example>
/// <code>New-PAAccount -AcceptTOS -SecretKeyFile ~/keys/acme-secrets.key</code>
/// <para>Creates an account whose secrets are encrypted with a key in a file outside of the profile.</para>
/// </example>
/// <seealso cref="GetPAAccountCommand"/>
/// <seealso cref="SetPAAccountCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.3"/>
[Cmdlet(VerbsCommon.New, "PAAccount", DefaultParameterSetName = GenerateSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.Account)]
public sealed class NewPAAccountCommand : ProfileCommand
{
    private const string GenerateSet = "Generate";
    private const string ImportSet = "ImportKey";

    /// <summary>Mail addresses for the CA to write to; mailto: is put in front.</summary>
    [Parameter(Position = 0)]
    [AllowEmptyCollection]
    public string[]? Contact { get; set; }

    /// <summary>The kind and size of the new key: ec-256, ec-384, ec-521, or 2048 to 4096 bits of RSA in steps of 128.</summary>
    [Parameter(ParameterSetName = GenerateSet, Position = 1)]
    [Alias("AccountKeyLength")]
    [ValidateKeyLength]
    [ArgumentCompleter(typeof(KeyLengthCompleter))]
    [PSDefaultValue(Value = "ec-256")]
    public string KeyLength { get; set; } = "ec-256";

    /// <summary>A file with an unencrypted private key in PEM (PKCS#1, PKCS#8 or SEC1) to use instead of a new one.</summary>
    [Parameter(ParameterSetName = ImportSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>Only looks for an account that exists for the key; none is created.</summary>
    [Parameter(ParameterSetName = ImportSet)]
    public SwitchParameter OnlyReturnExisting { get; set; }

    /// <summary>The name of the account in the profile: letters, digits, - . _ ! Without it, the last part of the account's URL.</summary>
    [Parameter]
    [Alias("Name")]
    [ValidateFriendlyName]
    public string? ID { get; set; }

    /// <summary>Agrees to the CA's terms of service.</summary>
    [Parameter]
    public SwitchParameter AcceptTOS { get; set; }

    /// <summary>Does not ask when there is an account with the same contacts and key length.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The key identifier for the external account binding, as the CA's account page shows it.</summary>
    [Parameter]
    public string? ExtAcctKID { get; set; }

    /// <summary>The MAC key for the external account binding, base64url.</summary>
    [Parameter]
    public string? ExtAcctHMACKey { get; set; }

    /// <summary>The MAC algorithm of the external account binding.</summary>
    [Parameter]
    [ValidateSet("HS256", "HS384", "HS512")]
    [PSDefaultValue(Value = "HS256")]
    public string ExtAcctAlgorithm { get; set; } = "HS256";

    /// <summary>Encrypts plugin arguments with a key in the account's file, so that they can be read on another computer or by another user who can read the profile. When POSHACME_VAULT_NAME names a SecretManagement vault, the key is kept there instead.</summary>
    [Parameter]
    public SwitchParameter UseAltPluginEncryption { get; set; }

    /// <summary>Who can decrypt the secrets of the account's orders (plugin arguments, passwords of private keys) and of the server's proxy, given that they may read the profile. User, as it is without this parameter: on Windows only the user who saved them, elsewhere who can read the account's file. Machine: all accounts of this computer, by DPAPI of Windows, for scheduled tasks of SYSTEM or a service account; other systems refuse it. Posh-ACME cannot read secrets for the machine and refuses them.</summary>
    [Parameter]
    [ValidateSet("User", "Machine")]
    public string? SecretScope { get; set; }

    /// <summary>A file outside of the profile with the key for these secrets. It is made with a new key when it is not there; keep a copy of it, and give the accounts that need it the right to read it. Whoever copies the profile alone cannot decrypt anything. A file that everybody can read is refused. Posh-ACME cannot read such secrets and refuses them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretKeyFile { get; set; }

    /// <summary>Takes what is not known, so that scripts can pass the parameters of several commands at once.</summary>
    [Parameter(ValueFromRemainingArguments = true)]
    public object? ExtraParams { get; set; }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var request = new NewAccountRequest
        {
            Contact = Contact ?? [],
            KeyLength = PoshAcmeSharp.Certificates.KeyLength.Parse(KeyLength),
            KeyPem = KeyFile is null ? null : await ReadTextFileAsync(KeyFile).ConfigureAwait(false),
            OnlyReturnExisting = OnlyReturnExisting,
            Id = ID,
            AcceptTermsOfService = AcceptTOS,
            ExternalAccount = ReadBinding(),
            UseAltPluginEncryption = UseAltPluginEncryption,
            SecretScope = SecretScope is null ? null : (SecretScope)Enum.Parse(typeof(SecretScope), SecretScope, ignoreCase: true),
            SecretKeyFile = SecretKeyFile is null ? null : await ResolveFilePathAsync(SecretKeyFile).ConfigureAwait(false),
        };
        if (request.ExternalAccount is null && !OnlyReturnExisting && Session.ClientOf(server).Directory.ExternalAccountRequired)
        {
            throw new PoshAcmeException(
                "ExternalAccountRequired",
                ErrorKind.InvalidArgument,
                $"The server '{server.Name}' binds new accounts to its customers: the key identifier and MAC key are missing.",
                "Give -ExtAcctKID and -ExtAcctHMACKey as the CA's account page shows them.");
        }

        var service = new AccountService(Session);
        if (!await ShouldProcessAsync(server.Location, "Create an account").ConfigureAwait(false))
        {
            return;
        }

        if (!Force && KeyFile is null && service.FindSimilar(server, request) is { } similar
            && !await ShouldContinueAsync("Do you wish to duplicate?", $"The account '{similar.Id}' has the same contacts and key length.").ConfigureAwait(false))
        {
            return;
        }

        WriteObject(OutputObjects.From(await service.CreateAsync(server, request, cancellationToken).ConfigureAwait(false)));
    }

    private ExternalAccount? ReadBinding()
    {
        if (string.IsNullOrEmpty(ExtAcctKID) && string.IsNullOrEmpty(ExtAcctHMACKey))
        {
            return null;
        }

        return new ExternalAccount(ExtAcctKID ?? string.Empty, ExtAcctHMACKey ?? string.Empty, ExtAcctAlgorithm);
    }
}
