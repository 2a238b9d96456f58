namespace PoshAcmeSharp.Deployment.Exchange;

/// <content>The steps.</content>
internal sealed partial class ExchangeServerRun
{
    private const int HttpsPort = 443;
    private const int SmtpPort = 25;

    private async Task ReadAsync(ExchangeWish wish, CancellationToken cancellationToken)
    {
        var certificates = await work.Commands.GetCertificatesAsync(server, cancellationToken).ConfigureAwait(false);
        var isDefaultNeeded = wish.WantsSmtp || wish.RemoveOld;
        _state = new(certificates, isDefaultNeeded ? await work.Commands.GetDefaultSmtpAsync(server, cancellationToken).ConfigureAwait(false) : null);
    }

    private async Task ReadCertificatesAsync(CancellationToken cancellationToken)
        => _state = _state! with { Certificates = await work.Commands.GetCertificatesAsync(server, cancellationToken).ConfigureAwait(false) };

    private async Task<string?> ImportAsync(ExchangeWish wish, CancellationToken cancellationToken)
    {
        await work.Commands.ImportAsync(server, wish.Pfx!, wish.FriendlyName, wish.IsExportable, cancellationToken).ConfigureAwait(false);
        await ReadCertificatesAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    private void Check(ExchangeWish wish)
    {
        if (_state!.Find(wish.Thumbprint) is not { } certificate)
        {
            if (work.IsWhatIf)
            {
                Add(ExchangeStep.Check, StepOutcome.WhatIf, "Check that the certificate is valid and has its private key.");
                return;
            }

            throw Faulty("is not there after the import", "See what Get-ExchangeCertificate shows, then run the command again.");
        }

        if (!certificate.HasPrivateKey)
        {
            throw Faulty("has no private key", $"Remove it there (Remove-ExchangeCertificate -Thumbprint {wish.Thumbprint} -Server {server}), and import it from a PFX file with a password.");
        }

        if (string.Equals(certificate.Status, "RevocationCheckFailure", StringComparison.OrdinalIgnoreCase))
        {
            Add(ExchangeStep.Check, StepOutcome.Warning, "Whether the certificate is revoked cannot be found out: the server does not reach the CA's revocation lists (RevocationCheckFailure).");
            return;
        }

        if (!string.Equals(certificate.Status, ExchangeServerState.Valid, StringComparison.OrdinalIgnoreCase))
        {
            throw Faulty(
                $"has the status '{certificate.Status}'",
                "Untrusted and Invalid mean mostly that a certificate of the chain is missing on the server: use a PFX file with the chain, and see that the root is trusted there. -SkipVerify goes on regardless.");
        }

        Add(ExchangeStep.Check, StepOutcome.AlreadyDone, "The certificate is valid and has its private key.");

        PoshAcmeException Faulty(string what, string advice)
            => new("CertificateCheckFailed", ErrorKind.InvalidData, $"The certificate {wish.Thumbprint} on server '{server}' {what}.", advice);
    }

    private async Task<string?> EnableAsync(ExchangeWish wish, IReadOnlyList<string> services, CancellationToken cancellationToken)
    {
        await work.Commands.EnableAsync(server, wish.Thumbprint, services, cancellationToken).ConfigureAwait(false);
        if (wish.SkipVerify)
        {
            return null;
        }

        await ReadCertificatesAsync(cancellationToken).ConfigureAwait(false);
        string[] missing = [.. services.Where(s => _state!.Find(wish.Thumbprint)?.Has(s) != true)];
        if (missing.Intersect([ExchangeServerState.Iis, ExchangeServerState.Smtp], StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } lost)
        {
            throw new PoshAcmeException(
                "ServiceNotEnabled",
                ErrorKind.InvalidOperation,
                $"Server '{server}' took the command, but does not show the certificate as enabled for {lost}.",
                $"Run Enable-ExchangeCertificate -Thumbprint {wish.Thumbprint} -Server {server} -Services {lost}, and see what it says.");
        }

        return missing.Length == 0
            ? null
            : $"The server does not show it as enabled for {string.Join(", ", missing)}. For POP and IMAP with a wildcard certificate, set X509CertificateName with Set-PopSettings and Set-ImapSettings.";
    }

    /// <summary>What is the default now is remembered first: a run that dies after the next command leaves it to its successor.</summary>
    private async Task<string?> EnableSmtpAsync(ExchangeStep step, ExchangeWish wish, CancellationToken cancellationToken)
    {
        if (step.Former is { } former)
        {
            var interim = _record is not null && _record.Notes.TryGetValue(ExchangePlan.InterimDefaultNote, out var earlier) ? earlier + " " : string.Empty;
            _notes[ExchangePlan.FormerDefaultNote] = former;
            _notes[ExchangePlan.InterimDefaultNote] = interim + wish.Thumbprint;
            await work.Records.SaveAsync(NewRecord(wish, isComplete: false), cancellationToken).ConfigureAwait(false);
        }

        var remark = await EnableAsync(wish, [ExchangeServerState.Smtp], cancellationToken).ConfigureAwait(false);
        _state = _state! with { DefaultSmtp = wish.Thumbprint };
        return remark;
    }

    private async Task<bool> KeepDefaultAsync(ExchangeStep step, ExchangeWish wish, CancellationToken cancellationToken)
    {
        var former = step.Former!;
        if (_state!.Find(former) is not { } certificate)
        {
            Add(step.Name, StepOutcome.Warning, $"The former default SMTP certificate {former} is no longer on the server; this one is the default now.");
            return true;
        }

        return await ConfirmAsync(step.Name, server, step.Message, async () =>
        {
            await work.Commands.EnableAsync(server, former, [ExchangeServerState.Smtp], cancellationToken).ConfigureAwait(false);
            return await CheckDefaultAsync(former, cancellationToken).ConfigureAwait(false)
                ?? (!certificate.IsSelfSigned && certificate.NotAfter < _state!.Find(wish.Thumbprint)?.NotAfter
                    ? $"It ends on {certificate.NotAfter!.Value.LocalDateTime:yyyy-MM-dd}, before the new one: use -ReplaceDefaultSmtp, or make a self-signed default with New-ExchangeCertificate."
                    : null);
        }).ConfigureAwait(false);
    }

    private async Task<string?> CheckDefaultAsync(string former, CancellationToken cancellationToken)
    {
        var present = await work.Commands.GetDefaultSmtpAsync(server, cancellationToken).ConfigureAwait(false);
        _state = _state! with { DefaultSmtp = present };
        if (present is null)
        {
            return "Which certificate is the default SMTP certificate cannot be read, so this could not be checked.";
        }

        return string.Equals(present, former, StringComparison.OrdinalIgnoreCase) ? null : throw new PoshAcmeException(
            "DefaultSmtpNotKept",
            ErrorKind.InvalidOperation,
            $"The default SMTP certificate of server '{server}' is {present}, not {former} as before.",
            $"Run Enable-ExchangeCertificate -Thumbprint {former} -Server {server} -Services SMTP -Force, and see what it says.");
    }

    private async Task ProbeAsync(ExchangeWish wish, CancellationToken cancellationToken)
    {
        var name = _state!.Find(wish.Thumbprint)?.Names.FirstOrDefault(n => !n.StartsWith("*.", StringComparison.Ordinal)) ?? server;
        foreach (var service in wish.Services)
        {
            var port = service.ToUpperInvariant() switch { ExchangeServerState.Iis => HttpsPort, ExchangeServerState.Smtp => SmtpPort, _ => 0 };
            if (port == 0)
            {
                continue;
            }

            Report($"Looking at port {port}");
            try
            {
                var seen = work.IsWhatIf ? null : await work.Probe.GetThumbprintAsync(server, port, name, port == SmtpPort, cancellationToken).ConfigureAwait(false);
                var isOurs = string.Equals(seen, wish.Thumbprint, StringComparison.OrdinalIgnoreCase);
                Add(
                    ExchangeStep.Probe,
                    seen is null ? StepOutcome.WhatIf : isOurs ? StepOutcome.Done : StepOutcome.Warning,
                    seen is null ? $"Look which certificate port {port} presents."
                        : isOurs ? $"Port {port} presents the certificate."
                        : $"Port {port} presents {seen}." + (port == SmtpPort ? " A receive connector chooses by its FQDN, unless it is bound to a certificate." : string.Empty));
            }
            catch (PoshAcmeException e)
            {
                Add(ExchangeStep.Probe, StepOutcome.Warning, e.Message);
            }
        }
    }

    /// <returns>Whether nothing is left to remove.</returns>
    private async Task<bool> RemoveOldAsync(ExchangeWish wish, CancellationToken cancellationToken)
    {
        if (work.IsWhatIf)
        {
            _state = _state!.With(_state.Find(wish.Thumbprint) ?? ExchangeCertificate.Expected(wish.Pfx!.Certificate), wish.Services);
            _state = wish.ReplaceDefaultSmtp ? _state with { DefaultSmtp = wish.Thumbprint } : _state;
        }
        else
        {
            await ReadAsync(wish, cancellationToken).ConfigureAwait(false);
        }

        var auth = await work.Commands.GetAuthThumbprintsAsync(cancellationToken).ConfigureAwait(false);
        var send = (await work.Commands.GetSendConnectorsAsync(cancellationToken).ConfigureAwait(false)).Where(c => c.Servers.Any(s => ExchangeWork.IsSameServer(s, server)));
        var receive = await work.Commands.GetReceiveConnectorsAsync(server, cancellationToken).ConfigureAwait(false);
        var isClean = true;
        foreach (var (old, reason) in OldCertificates.Choose(_state!, wish.Thumbprint, auth, Bound(send), Bound(receive)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reason is not null)
            {
                Add(ExchangeStep.RemoveOld, StepOutcome.Warning, $"The former certificate {old.Thumbprint} stays: {reason}.");
                continue;
            }

            try
            {
                await ConfirmAsync(
                    ExchangeStep.RemoveOld, server, $"Remove the former certificate {old.Thumbprint}", () => RemoveAsync(old.Thumbprint, cancellationToken)).ConfigureAwait(false);
            }
            catch (PoshAcmeException e)
            {
                // The new one is in use; the next run tries again.
                Add(ExchangeStep.RemoveOld, StepOutcome.Warning, e.Message);
                isClean = false;
            }
        }

        return isClean;

        static string[] Bound(IEnumerable<ExchangeConnector> connectors) => [.. connectors.Select(c => c.TlsCertificateName).OfType<string>()];
    }

    private async Task<string?> RemoveAsync(string thumbprint, CancellationToken cancellationToken)
    {
        await work.Commands.RemoveAsync(server, thumbprint, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
