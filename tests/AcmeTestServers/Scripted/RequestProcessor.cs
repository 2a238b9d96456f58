using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>The honest server: checks a request as RFC 8555 section 6 asks, and hands it to whom it concerns.</summary>
internal sealed class RequestProcessor(ScriptedAcmeState state)
{
    private readonly NonceStore nonces = new();
    private readonly Random random = new(state.Options.Seed);

    /// <summary>Makes a nonce that will be taken.</summary>
    public string FreshNonce() => nonces.Create();

    /// <summary>Lets a request take effect.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The answer, with all of its headers.</returns>
    public AcmeResponse Process(AcmeRequest request)
    {
        AcmeResponse response;
        lock (state.Gate)
        {
            request.WasProcessed = true;
            try
            {
                response = request.Headers.ContainsKey("User-Agent") ? Dispatch(request) : throw AcmeRefusalException.Malformed("There is no User-Agent.");
            }
            catch (AcmeRefusalException e)
            {
                response = AcmeResponse.Problem(e.Problem);
            }
        }

        if (request.Method == "POST" || request.Operation == AcmeOperation.NewNonce)
        {
            response.With("Replay-Nonce", nonces.Create());
        }

        if (request.Operation != AcmeOperation.Directory)
        {
            response.With("Link", $"<{state.DirectoryUrl}>;rel=\"index\"");
        }

        return response.With("Cache-Control", "public, max-age=0, no-cache");
    }

    private AcmeResponse Dispatch(AcmeRequest request) => (request.Method, request.Operation) switch
    {
        ("GET", AcmeOperation.Directory) => DirectoryHandler.Get(state),
        ("HEAD", AcmeOperation.NewNonce) => AcmeResponse.Empty(200),
        ("GET", AcmeOperation.NewNonce) => AcmeResponse.Empty(204),
        ("GET", AcmeOperation.RenewalInfo) => RenewalInfoHandler.Get(state, request),
        (_, AcmeOperation.Unknown) => throw AcmeRefusalException.NotFound("resource"),
        ("POST", not (AcmeOperation.Directory or AcmeOperation.NewNonce or AcmeOperation.RenewalInfo)) => DispatchSigned(request),
        _ => throw new AcmeRefusalException(new ProblemDocument(405, "malformed", $"{request.Method} is not allowed here.")),
    };

    private AcmeResponse DispatchSigned(AcmeRequest request)
    {
        var account = Verify(request);
        return request.Operation switch
        {
            AcmeOperation.NewAccount => AccountHandler.Create(state, request),
            AcmeOperation.RevokeCert => CertificateHandler.Revoke(state, request, account),
            AcmeOperation.Account => AccountHandler.Update(state, request, account!),
            AcmeOperation.Orders => AccountHandler.Orders(state, request, account!),
            AcmeOperation.KeyChange => AccountHandler.ChangeKey(state, request, account!),
            AcmeOperation.NewOrder => OrderHandler.Create(state, request, account!),
            AcmeOperation.Order => OrderHandler.Get(state, request, account!),
            AcmeOperation.Finalize => OrderHandler.Complete(state, request, account!),
            AcmeOperation.NewAuthz => AuthorizationHandler.Create(state, request, account!),
            AcmeOperation.Authorization => AuthorizationHandler.Get(state, request, account!),
            AcmeOperation.Challenge => AuthorizationHandler.AnswerChallenge(state, request, account!),
            AcmeOperation.Certificate => CertificateHandler.Download(state, request, account!),
            _ => throw AcmeRefusalException.NotFound("resource"),
        };
    }

    /// <summary>Verifies a signed request.</summary>
    /// <returns>The account that signed it; null when it carries its key itself.</returns>
    private ScriptedAccount? Verify(AcmeRequest request)
    {
        if (!request.Headers.TryGetValue("Content-Type", out var contentType) || contentType != "application/jose+json")
        {
            throw new AcmeRefusalException(new ProblemDocument(415, "malformed", "The content type is not application/jose+json."));
        }

        var jws = request.Jws ?? throw request.JwsError!;
        if (!nonces.Take(jws.Text("nonce")) || random.Next(100) < state.Options.BadNoncePercent)
        {
            throw new AcmeRefusalException(new ProblemDocument(400, "badNonce", "The nonce is not known or was used before."));
        }

        if (jws.Text("url") != request.Url)
        {
            throw AcmeRefusalException.Unauthorized($"The url of the JWS is not {request.Url}.");
        }

        var hasJwk = jws.Protected.ContainsKey("jwk");
        if (hasJwk == jws.Protected.ContainsKey("kid"))
        {
            throw AcmeRefusalException.Malformed("A JWS has either a jwk or a kid.");
        }

        if (request.Operation == AcmeOperation.NewAccount ? !hasJwk : hasJwk && request.Operation != AcmeOperation.RevokeCert)
        {
            throw AcmeRefusalException.Malformed($"A request for {request.Operation} needs a {(hasJwk ? "kid" : "jwk")}.");
        }

        return hasJwk ? VerifyWithOwnKey(jws) : VerifyWithAccount(jws);
    }

    private static ScriptedAccount? VerifyWithOwnKey(Jws jws)
    {
        JwsVerifier.Verify(jws, jws.Protected["jwk"] as JsonObject ?? throw AcmeRefusalException.Malformed("The jwk is not an object."));
        return null;
    }

    private ScriptedAccount VerifyWithAccount(Jws jws)
    {
        var account = state.Accounts.Find(a => a.Url == jws.Text("kid") && !a.IsGone)
            ?? throw new AcmeRefusalException(new ProblemDocument(400, "accountDoesNotExist", "There is no such account."));
        JwsVerifier.Verify(jws, account.Jwk);
        return account.Status == "valid" ? account : throw AcmeRefusalException.Unauthorized($"The account is {account.Status}.");
    }
}
