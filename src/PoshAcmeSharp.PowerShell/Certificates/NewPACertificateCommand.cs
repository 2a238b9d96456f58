using System.Collections.Concurrent;
using System.Management.Automation;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Deployment;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Certificates;

/// <summary>Issues a certificate with one command: server, account, order, validation by plugins, and the files.</summary>
/// <remarks>
/// <para>The current server and account are used, or those that the parameters ask for; an account is made when there is none. Then the names are validated by the plugins, and the certificate is written into the order's folder. A certificate that is in use stays until its successor is complete.</para>
/// <para>An order that is unfinished is gone on with, wherever it was interrupted; settings that are not given stay as they are. One whose certificate is not yet due is left alone, with a warning, unless Force is given.</para>
/// <para>Orders that are piped are worked on several at once. One that fails is an error of its own and does not stop the others.</para>
/// <para>The script of OnRenewed runs in the caller's session, after the certificates of all orders are written. It has failed when it throws, or a command in it ends it; an error that it merely writes is passed on and is none. A failure is an error of the order and kept with it, so that the next call of this command or of Submit-Renewal with OnRenewed runs the script again, with the newest certificate; so does a script that was interrupted. Until then Get-PARenewal shows HookPending. A call with -OnRenewed {} ends that.</para>
/// </remarks>
/// <example>
/// <code>$dns = @{ Plugin = 'GoDaddy' }
/// $dns.PluginArgs = @{ GDKey = $key; GDSecretSecure = $secret }
/// New-PACertificate example.com, *.example.com @dns -AcceptTOS</code>
/// <para>Issues a certificate for a domain and its wildcard, with TXT records at GoDaddy. The arguments are kept, encrypted, for renewals.</para>
/// </example>
/// <example>
/// <code>$both = @{ Plugin = 'WebRoot', 'GoDaddy' }
/// $both.PluginArgs = @{ WRPath = 'C:\inetpub\wwwroot'; GDToken = $token }
/// New-PACertificate www.example.com, *.example.com @both</code>
/// <para>Validates the first name by a web server and the other by DNS.</para>
/// </example>
/// <example>
/// <code>$dns = @{ Plugin = 'GoDaddy' }
/// $dns.PluginArgs = @{ 'example.com' = @{ GDToken = $one }; 'default' = @{ GDToken = $other } }
/// New-PACertificate example.com, *.example.com, example.org @dns</code>
/// <para>Has one account for a domain and its wildcard, and another for all other names.</para>
/// </example>
/// <example>
/// <code>$web = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = 'C:\inetpub\wwwroot' } }
/// New-PACertificate mail.example.com, autodiscover.example.com -Target Exchange @web</code>
/// <para>Issues a certificate for Exchange: with an RSA key, a common name, and PFX files under a random password that Windows imports so that Exchange can use the key.</para>
/// </example>
/// <example>
/// <code>$web = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = '/var/www/html' } }
/// Import-Csv ./sites.csv | New-PACertificate @web -ThrottleLimit 8</code>
/// <para>Issues a certificate for each row with a column Domain, eight at once. Columns such as Name or Plugin are taken too.</para>
/// </example>
/// <example>
/// <code>$web = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = '/var/www/html' } }
/// $request = { Get-Content (New-RequestAtTheDevice $_.MainDomain) -Raw }
/// New-PACertificate www.example.com -CsrProvider $request @web</code>
/// <para>Takes the certificate signing request from a script, because the key lives elsewhere.</para>
/// </example>
/// <example>
/// <code>$web = @{ Plugin = 'WebRoot'; PluginArgs = @{ WRPath = 'C:\inetpub\wwwroot' } }
/// New-PACertificate www.example.com @web -OnRenewed { $_ | Install-PACertificate }</code>
/// <para>Puts the certificate into the store of Windows when it has been issued. Where that fails, the next call tries it again and issues nothing.</para>
/// </example>
/// <seealso cref="GetPACertificateCommand"/>
/// <seealso cref="Orders.NewPAOrderCommand"/>
/// <seealso cref="Renewals.SubmitRenewalCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7"/>
[Cmdlet(VerbsCommon.New, "PACertificate", DefaultParameterSetName = ScratchSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.Certificate)]
public sealed partial class NewPACertificateCommand : ProfileCommand
{
    private const string ScratchSet = "FromScratch";
    private const string CsrSet = "FromCSR";
    private const string CsrProviderSet = "FromCsrProvider";
    private const string Activity = "Issuing certificates";

    /// <summary>For each order what it is called in errors, and how its request is made.</summary>
    private readonly List<KeyValuePair<string, Func<StoredAccount, Task<NewOrderRequest>>>> _requests = [];
    private readonly ConcurrentQueue<string> _orders = new();
    private int _done;

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => MyInvocation.ExpectingInput;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var csr = CSRPath is null ? null : await CsrInput.ReadAsync(CSRPath, ReadFileAsync).ConfigureAwait(false);
        var names = (csr?.Names ?? Domain ?? []).ToList();
        if (await ShouldProcessAsync(string.Join(", ", names), "Issue a certificate").ConfigureAwait(false))
        {
            // The parameters change with the next object of the pipeline.
            var wishes = ReadWishes();
            var name = Name;
            _requests.Add(new(name ?? names.FirstOrDefault() ?? string.Empty, account => MakeRequestAsync(account, name, names, csr, wishes)));
        }
        else if (IsWhatIf && OnRenewed is not null)
        {
            await ShouldProcessAsync(string.Join(", ", names), HookScript.Action).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_requests.Count == 0)
        {
            return;
        }

        var given = MyInvocation.BoundParameters;
        var isFirst = !Session.Store.HasServers();
        var server = await new ServerService(Session).SelectAsync(given.ContainsKey(nameof(DirectoryUrl)) ? DirectoryUrl : null, cancellationToken).ConfigureAwait(false);
        WriteVerbose($"Using the ACME server {server.Location}");
        if (isFirst && server.TermsOfService is { } terms)
        {
            await ShowAsync($"Please review the Terms of Service here: {terms}").ConfigureAwait(false);
        }

        var account = await new AccountService(Session).SelectAsync(
            server,
            given.ContainsKey(nameof(Contact)) ? Contact ?? [] : null,
            given.ContainsKey(nameof(AccountKeyLength)) ? KeyLength.Parse(AccountKeyLength) : null,
            AcceptTOS,
            cancellationToken).ConfigureAwait(false);
        WriteVerbose($"Using the account {account.Id}");
        if (!MyInvocation.ExpectingInput)
        {
            await IssueAsync(Session, server, account, await _requests[0].Value(account).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Report();
            using var slots = new SemaphoreSlim(ThrottleLimit);
            await Task.WhenAll(_requests.Select(r => TryIssueAsync(slots, server, account, r.Key, r.Value, cancellationToken))).ConfigureAwait(false);
        }

        if (OnRenewed is not null)
        {
            await RunHooksAsync(account, OnRenewed, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One after the other, also for what a former call has left.</summary>
    private async Task RunHooksAsync(StoredAccount account, ScriptBlock script, CancellationToken cancellationToken)
    {
        var hooks = await HookScript.HooksAsync(this, Session, script).ConfigureAwait(false);
        foreach (var name in _orders.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (Session.Store.FindOrder(account, name) is { } order
                && (await hooks.RunAsync(order, cancellationToken).ConfigureAwait(false)).Error is { } error)
            {
                WriteError(error, name);
            }
        }
    }

    /// <summary>One of several: its failure is reported and concerns nobody else.</summary>
    private async Task TryIssueAsync(
        SemaphoreSlim slots, StoredServer server, StoredAccount account, string label, Func<StoredAccount, Task<NewOrderRequest>> make, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var request = await make(account).ConfigureAwait(false);
            await IssueAsync(Session.ForOrder(request.Name!), server, account, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            WriteError(e, label);
        }
        finally
        {
            Interlocked.Increment(ref _done);
            Report();
            slots.Release();
        }
    }

    private async Task IssueAsync(ProfileSession session, StoredServer server, StoredAccount account, NewOrderRequest request, CancellationToken cancellationToken)
    {
        var name = request.Name!;
        _orders.Enqueue(name);
        if (await new OrderIssuer(session) { AwaitsHook = OnRenewed is not null }.IssueAsync(server, account, request, cancellationToken).ConfigureAwait(false) is { } certificate)
        {
            WriteCertificate(certificate);
            return;
        }

        WriteWarning($"The certificate of order '{name}' has been issued already and is not yet due for renewal. Use -Force to replace it.");
    }

    private void Report() => Reporter.Progress(new ProgressUpdate(Activity, $"{_done} of {_requests.Count} done", 100 * _done / _requests.Count));

    /// <summary>What is wanted: what the order of this name has, and on top of it what is given.</summary>
    private async Task<NewOrderRequest> MakeRequestAsync(StoredAccount account, string? name, List<string> names, Csr? csr, Action<NewOrderRequest> wishes)
    {
        var orderName = name ?? ProfileName.FromMainDomain(PoshAcmeSharp.Acme.AcmeIdentifier.Parse(names[0]).Value);
        var old = Session.Store.FindOrder(account, orderName);
        var request = old is null ? new NewOrderRequest() : NewOrderRequest.From(old);
        request.Name = orderName;
        request.Overwrite = Force;
        request.Domain = names;
        wishes(request);
        request.Csr = csr ?? (CsrProvider is null ? null : await AskForCsrAsync(account, request).ConfigureAwait(false));
        return request;
    }

    /// <summary>An order that is complete, or can be gone on with, needs no fresh request.</summary>
    private async Task<Csr> AskForCsrAsync(StoredAccount account, NewOrderRequest request)
    {
        var wanted = request.Domain.Select(n => PoshAcmeSharp.Acme.AcmeIdentifier.Parse(n).Value).ToList();
        if (request.Csr is { } former && former.IsFor(wanted) && !new OrderIssuer(Session).NeedsOrder(account, request))
        {
            return former;
        }

        var order = PSObjects.Create(
            [new("Name", request.Name), new("MainDomain", request.Domain[0]), new("SANs", request.Domain.Skip(1).ToArray())],
            TypeNames.Order);
        var text = await OnPipelineThreadAsync(() => CsrScript.Run(this, CsrProvider!, order)).ConfigureAwait(false);
        var csr = await CsrInput.ReadAsync(text, ReadFileAsync).ConfigureAwait(false);
        return csr.IsFor(wanted) ? csr : throw new PoshAcmeException(
            "CsrNamesDiffer",
            ErrorKind.InvalidData,
            $"The certificate request that the script gave for order '{request.Name}' is for {string.Join(", ", csr.Names)}.",
            $"Let it be for {string.Join(", ", request.Domain)}.");
    }

    private Action<NewOrderRequest> ReadWishes()
    {
        var wishes = new List<Action<NewOrderRequest>>();
        void When(string parameter, Action<NewOrderRequest> wish)
        {
            if (MyInvocation.BoundParameters.ContainsKey(parameter))
            {
                wishes.Add(wish);
            }
        }

        var (keyLength, plugin, arguments, alias) = (KeyLength.Parse(CertKeyLength), Plugin, PluginArgsInput.Read(PluginArgs), DnsAlias ?? []);
        var dnsServers = DnsWaitInput.ReadServers(DnsServer);
        var (target, location) = (StoreInput.ReadTarget(Target), StoreInput.ReadLocation(StoreLocation));
        var (friendlyName, password, profile) = (FriendlyName, PfxPassSecure is null ? PfxPass : SecretInput.Reveal(PfxPassSecure), Profile);

        // First, as it takes away what the others may then set.
        When(nameof(Target), r => r.AimAt(target));
        When(nameof(CertKeyLength), r => r.KeyLength = keyLength);
        When(nameof(AlwaysNewKey), r => r.AlwaysNewKey = AlwaysNewKey);
        When(nameof(Plugin), r => r.Plugin = plugin);
        When(nameof(PluginArgs), r => r.PluginArgs = arguments);
        When(nameof(PluginPath), r => r.PluginPath = PluginPath);
        When(nameof(PreferPluginScript), r => r.PreferPluginScript = PreferPluginScript.IsPresent);
        When(nameof(LifetimeDays), r => r.LifetimeDays = LifetimeDays);
        When(nameof(DnsAlias), r => r.DnsAlias = alias);
        When(nameof(OCSPMustStaple), r => r.MustStaple = OCSPMustStaple);
        When(nameof(Subject), r => r.Subject = Subject);
        When(nameof(FriendlyName), r => r.FriendlyName = friendlyName);
        When(nameof(PfxPass), r => r.PfxPassword = password);
        When(nameof(PfxPassSecure), r => r.PfxPassword = password);
        When(nameof(UseModernPfxEncryption), r => r.UseModernPfxEncryption = UseModernPfxEncryption);
        When(nameof(UsePfxDerEncoding), r => r.UsePfxDerEncoding = UsePfxDerEncoding);
        When(nameof(NoPfx), r => r.NoPfx = NoPfx.IsPresent);
        When(nameof(KeyPassSecure), r => r.KeyPassword = SecretInput.Reveal(KeyPassSecure!));
        When(nameof(Install), r => r.Install = Install);
        When(nameof(StoreLocation), r => r.InstallStoreLocation = location);
        When(nameof(StoreName), r => r.InstallStoreName = StoreName);
        When(nameof(NotExportable), r => r.InstallNotExportable = NotExportable);
        When(nameof(UseSerialValidation), r => r.UseSerialValidation = UseSerialValidation);
        When(nameof(DnsSleep), r => r.DnsSleep = DnsSleep);
        When(nameof(DnsWait), r => r.DnsWait = DnsWaitInput.ReadMode(DnsWait));
        When(nameof(DnsServer), r => r.DnsServer = dnsServers);
        When(nameof(DnsVariant), r => r.DnsVariant = DnsVariant);
        When(nameof(ValidationTimeout), r => r.ValidationTimeout = ValidationTimeout);
        When(nameof(PreferredChain), r => r.PreferredChain = PreferredChain);
        When(nameof(ReplacesCert), r => r.ReplacesCert = ReplacesCert);
        When(nameof(Profile), r => r.Profile = profile);
        return request => wishes.ForEach(wish => wish(request));
    }
}
