using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Orders a certificate for one or more names.</summary>
/// <remarks>
/// <para>The order is made at the current server with the current account, kept in the profile and made the current order. It is the first step: the names are then validated (Get-PAAuthorization, Send-ChallengeAck), the order finalized (Submit-OrderFinalize) and the certificate downloaded (Complete-PAOrder).</para>
/// <para>A certificate that an earlier order of the same name has issued stays in its files until the new one is complete.</para>
/// <para>The private key is kept from the earlier order unless AlwaysNewKey, another KeyLength, or a request made elsewhere ask for another.</para>
/// </remarks>
/// <example>
/// <code>New-PAOrder example.com, *.example.com</code>
/// <para>Orders a certificate for a domain and its wildcard, with an RSA key of 2048 bits.</para>
/// </example>
/// <example>
/// <code>New-PAOrder mail.example.com -KeyLength ec-256 -Name mail -FriendlyName 'Mail server' -PfxPassSecure (Read-Host -AsSecureString)</code>
/// <para>Orders with a P-256 key, and names the order, the certificate and the password of its PFX file.</para>
/// </example>
/// <example>
/// <code>New-PAOrder www.example.com -NoPfx -KeyPassSecure (Read-Host -AsSecureString)</code>
/// <para>Orders a certificate whose key lies nowhere in the clear: cert.key is encrypted, and no PFX files are written. Programs that use the key need the password.</para>
/// </example>
/// <example>
/// <code>New-PAOrder mail.example.com -Target Exchange -Install -StoreLocation CurrentUser</code>
/// <para>Orders a certificate that Exchange can use, and has it put into the store of the user when it is complete.</para>
/// </example>
/// <example>
/// <code>New-PAOrder -CSRPath .\request.csr</code>
/// <para>Orders for the names of a certificate signing request that was made elsewhere.</para>
/// </example>
/// <seealso cref="GetPAOrderCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.4"/>
[Cmdlet(VerbsCommon.New, "PAOrder", DefaultParameterSetName = ScratchSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.Order)]
public sealed partial class NewPAOrderCommand : ProfileCommand
{
    private const string ScratchSet = "FromScratch";
    private const string ImportSet = "ImportKey";
    private const string CsrSet = "FromCSR";

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = Session.RequireValidAccount(server);
        var request = await MakeRequestAsync().ConfigureAwait(false);
        var service = new OrderService(Session);
        var obstacle = Force ? null : service.FindObstacle(account, request);
        if (!await ShouldProcessAsync(string.Join(", ", request.Csr?.Names ?? request.Domain), "Order a certificate").ConfigureAwait(false)
            || (obstacle is not null && !await ShouldContinueAsync("Do you wish to overwrite?", obstacle).ConfigureAwait(false)))
        {
            return;
        }

        // What has come in the way since, by another command, nobody has agreed to.
        request.Overwrite = Force || obstacle is not null;
        if (AlwaysNewKey && KeyFile is not null)
        {
            WriteWarning("AlwaysNewKey is not used, because the key is imported with KeyFile.");
        }

        WriteObject(OutputObjects.From(await service.CreateAsync(server, account, request, cancellationToken).ConfigureAwait(false)));
    }

    private async Task<NewOrderRequest> MakeRequestAsync() => new()
    {
        Domain = Domain ?? [],
        Csr = CSRPath is null ? null : await CsrInput.ReadAsync(CSRPath, ReadFileAsync).ConfigureAwait(false),
        KeyLength = PoshAcmeSharp.Certificates.KeyLength.Parse(KeyLength),
        KeyPem = KeyFile is null ? null : await ReadTextFileAsync(KeyFile).ConfigureAwait(false),
        KeyFile = KeyFile,
        KeyPassword = KeyPassSecure is null ? null : SecretInput.Reveal(KeyPassSecure),
        NoPfx = IsGiven(nameof(NoPfx)) ? NoPfx.IsPresent : null,
        Name = Name,
        Plugin = Plugin,
        PluginArgs = PluginArgsInput.Read(PluginArgs),
        PluginPath = PluginPath,
        PreferPluginScript = IsGiven(nameof(PreferPluginScript)) ? PreferPluginScript.IsPresent : null,
        LifetimeDays = IsGiven(nameof(LifetimeDays)) ? LifetimeDays : null,
        DnsAlias = DnsAlias,
        MustStaple = OCSPMustStaple,
        AlwaysNewKey = AlwaysNewKey,
        Subject = Subject,
        FriendlyName = FriendlyName,
        PfxPassword = PfxPassSecure is not null ? SecretInput.Reveal(PfxPassSecure) : IsGiven(nameof(PfxPass)) ? PfxPass : null,
        UseModernPfxEncryption = UseModernPfxEncryption,
        UsePfxDerEncoding = UsePfxDerEncoding,
        Target = StoreInput.ReadTarget(Target),
        Install = Install,
        InstallStoreLocation = StoreInput.ReadLocation(StoreLocation),
        InstallStoreName = StoreName,
        InstallNotExportable = NotExportable,
        UseSerialValidation = UseSerialValidation,
        DnsSleep = DnsSleep,
        DnsWait = DnsWaitInput.ReadMode(DnsWait),
        DnsServer = DnsWaitInput.ReadServers(DnsServer),
        DnsVariant = DnsVariant,
        ValidationTimeout = ValidationTimeout,
        PreferredChain = PreferredChain,
        ReplacesCert = ReplacesCert,
        Profile = Profile,
    };

    private bool IsGiven(string name) => MyInvocation.BoundParameters.ContainsKey(name);
}
