namespace PoshAcmeSharp.Deployment.Iis;

/// <summary>
/// Brings a certificate to bindings of an IIS site. A binding that is there gets the certificate in place, one that is not is
/// added; none is ever without a certificate in between, and IIS is never restarted. What fails at one binding is in its
/// result, and stops no other; running again does what is missing.
/// </summary>
public sealed class IisDeployment
{
    private static readonly string[] StoreNames = ["My", "WebHosting"];

    private readonly IIisCommands _commands;
    private readonly IMachineStore _store;
    private readonly Func<string, string, Task<bool>> _confirmAsync;
    private readonly bool _isWhatIf;
    private readonly IClock _clock;

    /// <summary>Makes a deployment.</summary>
    /// <param name="commands">The commands of IIS.</param>
    /// <param name="store">The certificates of the machine.</param>
    /// <param name="confirmAsync">Asks whether something (the second) may be done to something (the first).</param>
    /// <param name="isWhatIf">Whether <paramref name="confirmAsync"/> only tells what would be done.</param>
    /// <param name="clock">The time.</param>
    public IisDeployment(IIisCommands commands, IMachineStore store, Func<string, string, Task<bool>> confirmAsync, bool isWhatIf, IClock clock)
    {
        _commands = commands;
        _store = store;
        _confirmAsync = confirmAsync;
        _isWhatIf = isWhatIf;
        _clock = clock;
    }

    /// <summary>Brings the certificate to all bindings.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="cancellationToken">Ends the run between two commands.</param>
    /// <returns>What became of each binding, in the order of the host names.</returns>
    /// <exception cref="PoshAcmeException"><c>IisCommandsNotFound</c>; what concerns bindings is in the results.</exception>
    public async Task<IReadOnlyList<IisBindingDeployment>> RunAsync(IisWish wish, CancellationToken cancellationToken)
    {
        var wanted = wish.Bindings();
        var runs = wanted.Select(binding => new IisBindingRun(binding, wish.Thumbprint, _confirmAsync, _isWhatIf)).ToList();

        // Without the commands nothing is installed either.
        var sites = await _commands.GetSitesAsync(cancellationToken).ConfigureAwait(false);
        var step = IisStep.Read;
        try
        {
            if (!sites.Contains(wish.Site, StringComparer.OrdinalIgnoreCase))
            {
                throw NoSite(wish.Site, sites);
            }

            step = wish.Installation is null ? IisStep.Certificate : IisStep.Install;
            var storeName = await PrepareAsync(wish, runs).ConfigureAwait(false);
            step = IisStep.Read;
            if (storeName is not null)
            {
                await BindAsync(wish with { StoreName = storeName }, wanted, runs, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PoshAcmeException e)
        {
            runs.ForEach(run => run.Fail(step, e));
        }

        return runs.ConvertAll(run => run.ToResult());
    }

    private static PoshAcmeException NoSite(string site, IReadOnlyList<string> sites) => new(
        "IisSiteNotFound",
        ErrorKind.NotFound,
        $"IIS has no site '{site}'.",
        sites.Count == 0 ? "Make the site first." : $"Give one of its sites with -Site: {string.Join(", ", sites)}.");

    /// <summary>Sees to it that the certificate is in the store of the machine, with its key.</summary>
    /// <returns>The store; null when somebody did not want it there.</returns>
    private async Task<string?> PrepareAsync(IisWish wish, List<IisBindingRun> runs)
    {
        var storeName = wish.StoreName ?? StoreNames[0];
        if (wish.Installation is { } installation)
        {
            if (IisRules.RefuseExpired(wish.NotAfter, wish.Thumbprint, _clock.UtcNow) is { } expired)
            {
                throw expired;
            }

            var where = $"{installation.Location}\\{installation.StoreName}";
            if (_store.IsReadable && _store.Find(installation.StoreName, wish.Thumbprint) is { HasPrivateKey: true })
            {
                runs[0].Add(IisStep.Install, StepOutcome.AlreadyDone, $"The certificate is in {where}.");
                return installation.StoreName;
            }

            var isWanted = await runs[0].ConfirmAsync(IisStep.Install, wish.Thumbprint, $"Install the certificate into {where}", () =>
            {
                _store.Install(installation);
                return Task.CompletedTask;
            }).ConfigureAwait(false);
            if (isWanted)
            {
                return installation.StoreName;
            }

            runs.Skip(1).ToList().ForEach(run => run.Hold(IisStep.Install, "The certificate is not installed: not confirmed."));
            return null;
        }

        if (!_store.IsReadable)
        {
            // The commands are those of another machine then, and look themselves.
            return storeName;
        }

        var found = (wish.StoreName is null ? StoreNames : [storeName])
            .Select(name => (Name: name, Certificate: _store.Find(name, wish.Thumbprint)))
            .FirstOrDefault(f => f.Certificate is not null);
        return IisRules.Refuse(found.Certificate, wish.Thumbprint, $"LocalMachine\\{storeName}", _clock.UtcNow) is { } refusal ? throw refusal : found.Name;
    }

    private async Task BindAsync(IisWish wish, IReadOnlyList<IisBinding> wanted, List<IisBindingRun> runs, CancellationToken cancellationToken)
    {
        var present = await _commands.GetBindingsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var run in runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await run.GuardAsync(() => BindAsync(wish, wanted, run, present, cancellationToken)).ConfigureAwait(false);
        }

        if (wish.RemoveOld)
        {
            await RemoveOldAsync(wish, runs, present, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task BindAsync(
        IisWish wish, IReadOnlyList<IisBinding> wanted, IisBindingRun run, IReadOnlyList<IisBinding> present, CancellationToken cancellationToken)
    {
        var existing = present.FirstOrDefault(run.Binding.IsSame);
        var binding = existing ?? run.Binding;
        if (binding is { IsCentral: false } && binding.Has(wish.Thumbprint))
        {
            run.Add(IisStep.Bind, StepOutcome.AlreadyDone, "The binding has the certificate.");
            return;
        }

        var sharing = IisRules.Sharing(binding, wish.Thumbprint, wanted, present);
        if (IisRules.Refuse(binding, sharing, wish.TakesShared) is { } refusal)
        {
            throw refusal;
        }

        run.OldThumbprint = binding.Thumbprint.Length == 0 ? null : binding.Thumbprint;
        var next = binding with { Thumbprint = wish.Thumbprint, StoreName = wish.StoreName! };
        await run.ConfirmAsync(
            IisStep.Bind,
            $"{binding.Site} {binding.Information}",
            existing is null ? $"Add the binding with the certificate {wish.Thumbprint}"
                : run.OldThumbprint is null ? $"Bind the certificate {wish.Thumbprint}"
                : $"Replace the certificate {run.OldThumbprint} by {wish.Thumbprint}",
            async () =>
            {
                await (existing is null
                    ? _commands.AddAsync(next, cancellationToken)
                    : _commands.ReplaceAsync(existing, wish.Thumbprint, wish.StoreName!, cancellationToken)).ConfigureAwait(false);
                await CheckAsync(next, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        if (sharing.Count > 0)
        {
            run.Add(IisStep.Share, StepOutcome.Warning, $"These bindings share address and port, and so the certificate: {IisRules.List(sharing)}.");
        }
    }

    /// <summary>A command may say nothing and yet have done nothing.</summary>
    private async Task CheckAsync(IisBinding wanted, CancellationToken cancellationToken)
    {
        var found = (await _commands.GetBindingsAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(wanted.IsSame);
        if (found?.Has(wanted.Thumbprint) != true)
        {
            throw new PoshAcmeException(
                "IisBindingNotChanged",
                ErrorKind.InvalidOperation,
                $"The binding {wanted.Information} of site '{wanted.Site}' {(found is null ? "is not there" : $"has the certificate {(found.Thumbprint.Length == 0 ? "none" : found.Thumbprint)}")} after the change.",
                $"See whether the certificate {wanted.Thumbprint} is in LocalMachine\\{wanted.StoreName} with its key, and whether the account is an administrator.");
        }
    }

    private async Task RemoveOldAsync(IisWish wish, List<IisBindingRun> runs, IReadOnlyList<IisBinding> former, CancellationToken cancellationToken)
    {
        var present = _isWhatIf
            ? [.. former.Where(b => !runs.Exists(run => run.Binding.IsSame(b) && !run.HasFailed))]
            : await _commands.GetBindingsAsync(cancellationToken).ConfigureAwait(false);
        var removed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var run in runs)
        {
            if (!run.HasFailed && run.OldThumbprint is { } old && removed.Add(old))
            {
                var storeName = former.First(b => b.Has(old)).StoreName is { Length: > 0 } name ? name : StoreNames[0];
                await run.GuardAsync(() => RemoveOldAsync(wish, run, old, storeName, present)).ConfigureAwait(false);
            }
        }
    }

    private async Task RemoveOldAsync(IisWish wish, IisBindingRun run, string old, string storeName, IReadOnlyList<IisBinding> present)
    {
        run.Step = IisStep.RemoveOld;
        var reason = _store.IsReadable
            ? IisRules.WhyKept(_store.Find(storeName, old), _store.Find(wish.StoreName!, wish.Thumbprint)?.Names ?? wish.Names, present)
            : "the store of that machine cannot be looked at from here";
        if (reason is not null)
        {
            run.Add(IisStep.RemoveOld, StepOutcome.Skipped, $"The former certificate {old} stays: {reason}.");
            return;
        }

        await run.ConfirmAsync(IisStep.RemoveOld, old, $"Remove the former certificate from LocalMachine\\{storeName}", () =>
        {
            _store.Remove(storeName, old);
            return Task.CompletedTask;
        }).ConfigureAwait(false);
    }
}
